import { normalize } from './normalize';
import { pathPattern, schemaAt } from './paths';
import { salvage } from './salvage';
import { flag, integer, list, openObject, optional, text, withDefault } from './schema';

const itemSchema = openObject({ code: text({ normalize: (code) => code.toLowerCase() }), note: optional(text()) });
const orderSchema = openObject({
  title: optional(text({ maxLength: 10 })),
  count: withDefault(integer(1, 9), 1),
  open: flag(),
  items: list(itemSchema),
  extra: optional(itemSchema),
});

describe('normalize', () => {
  test('trims optional texts, leaves cleared fields out, and puts texts into their stored form', () => {
    expect(
      normalize(orderSchema, {
        title: '  Two ',
        count: null,
        open: true,
        items: [
          { code: 'AB', note: ' ' },
          { code: 'c', note: 'x ' },
        ],
        extra: null,
        color: ' red ',
      }),
    ).toEqual({ title: 'Two', open: true, items: [{ code: 'ab' }, { code: 'c', note: 'x' }], color: ' red ' });
  });

  test('keeps malformed values unchanged', () => {
    const wrong = { title: 7, items: [3, null, { code: 4 }], open: 'yes', extra: 'x' };
    expect(normalize(orderSchema, wrong)).toEqual(wrong);
    expect(normalize(orderSchema, 'text')).toBe('text');
  });
});

describe('salvage', () => {
  test('takes the fields and the list items that can be read', () => {
    expect(salvage(orderSchema, { title: 5, open: true, count: 12, items: [{ code: 'a' }, 7, { note: 'b' }] })).toEqual(
      {
        open: true,
        items: [{ code: 'a' }],
      },
    );
    expect(salvage(orderSchema, null)).toEqual({});
  });
});

describe('paths', () => {
  test.each([
    ['title', 'text'],
    ['count', 'number'],
    ['items', 'list'],
    ['items.12.note', 'text'],
    ['extra.code', 'text'],
  ])('finds the schema at %s', (path, kind) => {
    expect(schemaAt(orderSchema, path)?.kind).toBe(kind);
  });

  test.each(['', 'color', 'items.x', 'title.0', 'items.0.note.more'])('finds none at %p', (path) => {
    expect(schemaAt(orderSchema, path)).toBeUndefined();
  });

  test('writes a star for each index', () => {
    expect(pathPattern('rules.0.recipients.12.address')).toBe('rules.*.recipients.*.address');
  });
});
