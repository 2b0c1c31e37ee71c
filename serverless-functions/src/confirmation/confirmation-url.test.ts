import { NOW } from '../../test/ledger-fixtures';
import { voicemailPath } from '../voicemail/voicemail-url';
import { type AskState, confirmationPath, readAskState } from './confirmation-url';

const environment = { values: { AUTH_TOKEN: 'a'.repeat(32) }, problems: [] };
const state: AskState = {
  entryId: `callback-CA${'1'.repeat(32)}`,
  ask: crypto.randomUUID(),
  timesAsked: 1,
  hasKey: true,
};
const query = (path = confirmationPath(environment, 'confirmation', state)) =>
  Object.fromEntries(new URL(path, 'https://x.com').searchParams);

beforeEach(() => jest.useFakeTimers({ now: NOW }));
afterEach(() => jest.useRealTimers());

test('what we signed is read back, whichever call it is', () => {
  for (const CallSid of [`CA${'1'.repeat(32)}`, `CA${'2'.repeat(32)}`])
    expect(readAskState(environment, { ...query(), CallSid, Digits: '1', entry2: 'x' })).toEqual(state);
});

test.each([
  ['another entry', { entry: `callback-CA${'2'.repeat(32)}` }],
  ['another call to ask', { ask: crypto.randomUUID() }],
  ['another count', { said: '0' }],
  ['a key less', { step: '' }],
  ['two entries', { entry: [state.entryId, state.entryId] }],
  ['no signature', { sig: undefined }],
])('with %s, nothing is taken for ours', (_what, change) => {
  expect(() => readAskState(environment, { ...query(), ...change })).toThrow('not one of ours');
});

test('a signature for a voicemail is none for a confirmation', () => {
  const other = voicemailPath(environment, 'voicemail', {
    ...{ callSid: '', attempt: 1, silenceRetries: 0, from: '', to: '', queueName: '', workflowSid: '' },
    ...{ waitingSince: NOW, entryCreated: false },
  });
  expect(() => readAskState(environment, query(other))).toThrow('not one of ours');
});
