import { readFileSync } from 'node:fs';
import path from 'node:path';
import { addFilters, isSameConfiguration, removeFilters } from './workflow-filters';

const OURS = readFileSync(path.join(__dirname, '../../../infra-as-code/taskrouter/workflow.json'), 'utf8');
const THEIRS = JSON.stringify({
  task_routing: {
    filters: [
      { filter_friendly_name: 'Billing', expression: "skill == 'billing'", targets: [{ queue: 'WQ1' }] },
      { expression: '1==1', targets: [{ queue: 'WQ2', timeout: 30 }] },
    ],
    default_filter: { queue: 'WQ3' },
  },
  note: 'kept',
});
const names = (configuration: string) =>
  JSON.parse(configuration).task_routing.filters.map(
    (one: { filter_friendly_name?: string }) => one.filter_friendly_name,
  );

test('filters for callbacks and voicemails come first, and nothing of theirs changes', () => {
  const merged = JSON.parse(addFilters(THEIRS, OURS));
  const theirs = JSON.parse(THEIRS);
  expect(merged.task_routing.filters.slice(3)).toEqual(theirs.task_routing.filters);
  expect(merged.task_routing.default_filter).toEqual(theirs.task_routing.default_filter);
  expect(merged.note).toBe('kept');
  expect(merged.task_routing.filters.slice(0, 3).map((one: { expression: string }) => one.expression)).toEqual([
    expect.stringContaining('attempts >= 2'),
    expect.stringContaining('attempts == 1'),
    expect.stringContaining("taskType == 'voicemail'"),
  ]);
});

test('adding them twice adds them once', () => {
  const once = addFilters(THEIRS, OURS);
  expect(isSameConfiguration(addFilters(once, OURS), once)).toBe(true);
});

test('a filter of ours that was changed is put right', () => {
  const changed = addFilters(THEIRS, OURS).replace('attempts >= 2', 'attempts >= 9');
  expect(isSameConfiguration(addFilters(changed, OURS), addFilters(THEIRS, OURS))).toBe(true);
});

test('taking them out leaves what was there before', () => {
  expect(isSameConfiguration(removeFilters(addFilters(THEIRS, OURS)), THEIRS)).toBe(true);
});

test('a workflow with a default filter alone can have them', () => {
  const bare = JSON.stringify({ task_routing: { default_filter: { queue: 'WQ3' } } });
  expect(names(addFilters(bare, OURS))).toHaveLength(3);
});

test.each([
  ['spaces', '{"a": 1}', '{"a":1}', true],
  ['another value', '{"a":1}', '{"a":2}', false],
  ['no JSON', '{"a":1}', 'none', false],
])('configurations that differ in %s', (_name, one, other, same) => {
  expect(isSameConfiguration(one, other)).toBe(same);
});
