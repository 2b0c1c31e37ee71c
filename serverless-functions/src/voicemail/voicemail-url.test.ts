import { CALL_SID, details, NOW } from '../../test/ledger-fixtures';
import { readVoicemailUrlState, type VoicemailUrlState, voicemailPath } from './voicemail-url';

const environment = { values: { AUTH_TOKEN: 'a'.repeat(32) }, problems: [] };
const DAY = 24 * 60 * 60_000;
/** Of any URL of ours; Twilio's own are about half as long. */
const MAX_URL_LENGTH = 2_400;
const { callSid, from, to, queueName, workflowSid } = details;
const urlState: VoicemailUrlState = {
  ...{ callSid, from, to, queueName, workflowSid },
  attempt: 2,
  silenceRetries: 1,
  callerName: 'Ana & Luis = “friends”',
  callerVerdict: 'partly',
  experienceQueue: 'Ventas',
  waitingSince: NOW,
  isRerecording: true,
  entryCreated: true,
};
const query = (state = urlState) =>
  Object.fromEntries(new URL(voicemailPath(environment, 'recording-status', state), 'https://x.com').searchParams);
const read = (event: object, now = NOW) =>
  readVoicemailUrlState(environment, 'recording-status', { CallSid: CALL_SID, ...event }, now);

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

test('what we signed is read back, whatever else the request brings', () => {
  expect(read({ ...query(), From: '+19005550123', RecordingSid: 'RE1', url: 'x' }).urlState).toEqual(urlState);
});

test.each([
  ['another number', { from: '+19005550123' }],
  ['a number twice', { from: [from, '+19005550123'] }],
  ['another verdict', { verdict: 'verified' }],
  ['another beginning of the wait', { waitingSince: '1' }],
  ['a parameter more', { recordingSid: `RE${'0'.repeat(32)}` }],
  ['another call', { CallSid: `CA${'9'.repeat(32)}` }],
  ['no signature', { sig: undefined }],
  ['a later end', { until: 'zzzzzz' }],
])('with %s, nothing is taken for ours', (_what, change) => {
  expect(() => read({ ...query(), ...change })).toThrow('not one of ours');
});

test('a replay after two days is refused', () => {
  expect(read(query(), NOW + 2 * DAY - 1_000).urlState.attempt).toBe(2);
  expect(() => read(query(), NOW + 2 * DAY + 1_000)).toThrow('too old');
});

test('a call that comes straight to voicemail has only what Twilio says of it', () => {
  const forged = {
    CallSid: CALL_SID,
    From: from,
    To: to,
    from: '+19005550123',
    queue: 'VIP',
    attempt: '40',
    opened: '1',
    verdict: 'verified',
    StirVerstat: 'TN-Validation-Passed-B',
  };
  expect(readVoicemailUrlState(environment, 'voicemail', forged, NOW)).toMatchObject({
    own: undefined,
    urlState: { from, to, queueName: '', attempt: 1, entryCreated: false, callerVerdict: 'partly' },
  });
});

test.each(['語', '😀', 'x', '%'])('URLs stay short with texts of any length in %s', (letter) => {
  const long = letter.repeat(400);
  const state = { ...urlState, from: long, to: long, callerName: long, queueName: long, experienceQueue: `${long}2` };
  const path = voicemailPath(environment, 'recording-status', state, { recordingSid: `RE${'0'.repeat(32)}` });
  expect(path.length).toBeLessThan(MAX_URL_LENGTH);
  expect(read(query(state)).urlState.attempt).toBe(2);
});
