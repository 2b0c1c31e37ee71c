import { readEnvironment } from '../runtime/environment';
import { type Cursor, START } from './cursor';
import { readSignedCursor, signCursor } from './signed-cursor';

const NOW = Date.UTC(2026, 11, 1, 12);
const environment = readEnvironment({ SIGNING_KEYS: 'k'.repeat(32) });
const order = { workerSid: `WK${'1'.repeat(32)}`, action: 'erase', subject: 'a-number' };
const END: Cursor = { phase: 'end' };
const signed = signCursor(environment, order, END, NOW);
const read = (text: string, change: Partial<typeof order> = {}, now = NOW) =>
  readSignedCursor(environment, { ...order, ...change }, text, now);

test('a signed cursor is read back', () => {
  expect(read(signed)).toEqual(END);
  expect(read('')).toEqual(START);
});

test.each([
  ['another person', { workerSid: `WK${'2'.repeat(32)}` }],
  ['another action', { action: 'find' }],
  ['another number', { subject: 'another-number' }],
])('for %s it is refused', (_whom, change) => {
  expect(read(signed, change)).toBeUndefined();
});

test('after an hour it is refused', () => {
  expect(read(signed, {}, NOW + 59 * 60_000)).toEqual(END);
  expect(read(signed, {}, NOW + 61 * 60_000)).toBeUndefined();
});

test.each([
  ['unsigned', 'end'],
  ['with another place', signCursor(environment, order, START, NOW).replace(/ .*$/, ' end')],
  ['signed with another key', signCursor(readEnvironment({ SIGNING_KEYS: 'x'.repeat(32) }), order, END, NOW)],
  ['with a later end', signed.replace(/^\w/, 'z')],
])('one that is %s is refused', (_how, text) => {
  expect(read(text)).toBeUndefined();
});
