import { evaluateCondition } from '../../src/studio/conditions';
import { render, type TemplateContext, TemplateError } from '../../src/studio/templates';

test.each([
  ['equal_to', ' Yes ', 'yes', true],
  ['equal_to', '1', '2', false],
  ['not_equal_to', '1', '2', true],
  ['matches_any_of', 'B', 'a, b,c', true],
  ['matches_any_of', 'd', 'a, b,c', false],
  ['does_not_match_any_of', 'd', 'a,b', true],
  ['is_blank', '  ', 'Is Blank', true],
  ['is_not_blank', '0', 'Is Not Blank', true],
  ['contains', 'a sales call', 'SALES', true],
  ['does_not_contain', 'a sales call', 'support', true],
  ['starts_with', '+4420', '+44', true],
  ['does_not_start_with', '+4420', '+1', true],
  ['regex', '+15550100001', '^\\+1\\d{10}$', true],
  ['regex', 'x', '^\\D$', true],
  ['less_than', '9', '10', true],
  ['less_than', 'nine', '10', false],
  ['less_than', '', '10', false],
  ['greater_than', '10', '9.5', true],
])('%s: %j against %j is %j', (type, input, value, expected) => {
  expect(evaluateCondition(type, input, value)).toBe(expected);
});

test('a condition type that is not modeled gives null', () => {
  expect(evaluateCondition('is_before_time', '9:00', '10:00')).toBeNull();
});

const CONTEXT: TemplateContext = {
  trigger: { call: { From: '+15550100001' } },
  widgets: { ask: { parsed: { ok: true, list: [1, 2] } } },
  flow: { sid: 'FN1', flow_sid: 'FW1', variables: { who: 'Ana "A" Ruiz' }, channel: { address: '+15550100099' } },
  contact: { channel: { address: '+15550100001' } },
};

test.each([
  ['{{trigger.call.From}} to {{flow.channel.address}}', '+15550100001 to +15550100099'],
  ['{{contact.channel.address}} {{flow.sid}} {{flow.flow_sid}}', '+15550100001 FN1 FW1'],
  ['{{widgets.ask.parsed.ok}} {{widgets.ask.parsed.list | to_json}}', 'true [1,2]'],
  ['{"name": {{flow.variables.who | to_json}}}', '{"name": "Ana \\"A\\" Ruiz"}'],
  ["{{trigger.call.From | remove: '+' | split: '' | join: ' '}}", '1 5 5 5 0 1 0 0 0 0 1'],
  ['[{{widgets.nobody.Digits}}]', '[]'],
  ['{% if flow.variables.who contains "Ana" %}hello{% endif %}', 'hello'],
])('%s', (template, expected) => {
  expect(render(template, CONTEXT)).toBe(expected);
});

test.each(['{{ flow.sid', '{{ flow.sid | no_such_filter }}', '{% include "package.json" %}'])(
  '%s fails',
  (template) => {
    expect(() => render(template, CONTEXT)).toThrow(TemplateError);
  },
);
