import { type Cursor, hasRows, readCursor, START, writeCursor } from './cursor';

test.each<[string, Cursor]>([
  ['the start', START],
  [
    'a day of the history',
    { phase: 'rows', map: 'history-2026-11-30', after: `2026-11-30T10:00:00Z_voicemail-CA${'1'.repeat(32)}-1` },
  ],
  ['the failures', { phase: 'rows', map: 'failures', after: '' }],
  ['open tasks', { phase: 'tasks', after: '' }],
  ['a task', { phase: 'tasks', after: `2026-11-30T10:00:00Z_WT${'1'.repeat(32)}` }],
  ['calls', { phase: 'calls', after: '' }],
  ['a call', { phase: 'calls', after: `2026-11-30T10:00:00Z_CA${'1'.repeat(32)}` }],
  ['the end', { phase: 'end' }],
])('a place is read back as it was written: %s', (_title, cursor) => {
  expect(readCursor(writeCursor(cursor))).toEqual(cursor);
});

test('without a cursor a walk begins at the start', () => {
  expect(readCursor('')).toEqual(START);
});

test.each([
  'rows',
  'rows open-1 x',
  'rows history-2026-11-30 a b',
  'rows  \n',
  'begin',
  'tasks a b',
  'callsx',
  'end x',
])('a cursor of others is refused: %j', (text) => {
  expect(readCursor(text)).toBeUndefined();
});

test('only maps whose rows hold numbers are walked through', () => {
  const maps = ['history-2026-11-30', 'failures', 'open-1', 'audit-2026-11', 'history-x'];
  expect(maps.filter(hasRows)).toEqual(['history-2026-11-30', 'failures']);
});
