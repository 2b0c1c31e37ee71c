import { CALL_SID } from '../../test/ledger-fixtures';
import { readWaitSession, waitUrlPath } from './wait-session';

const environment = { values: { AUTH_TOKEN: 'a'.repeat(32) }, problems: [] };
const first = { CallSid: CALL_SID, StirVerstat: 'TN-Validation-Failed-A' };

/** The parameters of the turn that follows such a request. */
function followingTurn(event: Record<string, string>) {
  const path = waitUrlPath(environment, CALL_SID, readWaitSession(environment, event));
  return { CallSid: CALL_SID, ...Object.fromEntries(new URL(path, 'https://example.com').searchParams) };
}

test('what Twilio says of the number in the first request is known in each later turn', () => {
  expect(readWaitSession(environment, first).verdict).toBe('failed');
  expect(readWaitSession(environment, followingTurn(followingTurn(first))).verdict).toBe('failed');
});

test.each([
  ['our own name for it, unsigned', { CallSid: CALL_SID, verdict: 'verified' }],
  ['another verdict in a signed turn', { ...followingTurn({ CallSid: CALL_SID }), verdict: 'verified' }],
  ['a word that is no verdict', { ...first, StirVerstat: 'verified' }],
])('%s makes nobody verified', (_what, event) => {
  expect(readWaitSession(environment, event).verdict).not.toBe('verified');
});

test('a later parameter does not replace the verdict that we signed', () => {
  const turn = { ...followingTurn(first), StirVerstat: 'TN-Validation-Passed-A' };
  expect(readWaitSession(environment, turn).verdict).toBe('failed');
});
