import type { LogEntry } from '../api/types';
import { groupByCall, isCallGroup } from './group-by-call';

const line = (id: number, callSid?: string): LogEntry => ({
  ...{ id, at: id, source: 'twilio', text: String(id), level: 'info' },
  ...(callSid === undefined ? {} : { callSid }),
});
const shape = (lines: LogEntry[]) =>
  groupByCall(lines).map((item) => (isCallGroup(item) ? [item.callSid, ...item.lines.map(({ id }) => id)] : item.id));

test('lines of a call are gathered at the place of its latest one', () => {
  expect(shape([line(1, 'CA1'), line(2), line(3, 'CA2'), line(4, 'CA1'), line(5)])).toEqual([
    2,
    ['CA2', 3],
    ['CA1', 1, 4],
    5,
  ]);
});

test('without calls nothing is gathered', () => {
  expect(shape([line(1), line(2)])).toEqual([1, 2]);
  expect(shape([])).toEqual([]);
});

test('a line that names a call in an id belongs to it', () => {
  const callSid = `CA${'1'.repeat(32)}`;
  const written = { ...line(2), text: `Sync document voicemail-${callSid}-1 written` };
  expect(shape([line(1, callSid), written])).toEqual([[callSid, 1, 2]]);
});
