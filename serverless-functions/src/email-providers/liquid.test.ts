import fc from 'fast-check';
import { Liquid } from 'liquidjs';
import { asLiquid, liquidVariable } from './liquid';

const text = fc.array(
  fc.oneof(
    fc.constantFrom('{', '}', '{{', '}}', '{%', '%}', '{%-', '-%}', '{{-', '-}}', '{#', '#}', "'", '"', '\n', ' ', '|'),
    fc.constantFrom('raw', 'endraw', 'assign x = 1', 'comment', 'endcomment', 'x', '{% endraw %}', '{{ x }}', '\\'),
    fc.string({ unit: 'binary', maxLength: 5 }),
  ),
  { maxLength: 30 },
);

test.each([undefined, 'escape' as const])('any text is rendered as it is; output is escaped: %s', (outputEscape) => {
  const liquid = new Liquid({ outputEscape });
  fc.assert(
    fc.property(text, (parts) => {
      const written = parts.join('');
      expect(liquid.parseAndRenderSync(asLiquid(written), { x: 'a value' })).toBe(written);
    }),
  );
});

test('the value of a variable stands between any texts', () => {
  const liquid = new Liquid();
  fc.assert(
    fc.property(text, text, fc.string(), (before, behind, value) => {
      const template = `${asLiquid(before.join(''))}${liquidVariable('listen')}${asLiquid(behind.join(''))}`;
      expect(liquid.parseAndRenderSync(template, { listen: value })).toBe(
        `${before.join('')}${value}${behind.join('')}`,
      );
    }),
  );
});
