import { createTask } from '../../test/card-harness';
import { readTakenFromEmail } from './task-type';

const AT = '2026-11-22T14:42:00.000Z';
const read = (metadata: unknown) => readTakenFromEmail(createTask({}, { callback_and_voicemail: metadata }));

test('reads from the attributes which recipient has taken it', () => {
  expect(read({ taken_by: ' Ada Jones ', taken_at: AT })).toEqual({ by: 'Ada Jones', at: AT });
});

test('a long name is cut', () => {
  expect(read({ taken_by: 'x'.repeat(5_000), taken_at: AT })?.by).toBe(`${'x'.repeat(59)}…`);
});

test.each([
  ['nothing', undefined],
  ['null', null],
  ['text', 'taken'],
  ['no name', { taken_at: AT }],
  ['a blank name', { taken_by: '  ', taken_at: AT }],
  ['a name of another type', { taken_by: { toString: 1 }, taken_at: AT }],
  ['no time', { taken_by: 'Ada' }],
  ['a time of another type', { taken_by: 'Ada', taken_at: 1 }],
  ['what is no time', { taken_by: 'Ada', taken_at: 'soon' }],
])('from attributes with %s, reads none', (_what, metadata) => {
  expect(read(metadata)).toBeUndefined();
});
