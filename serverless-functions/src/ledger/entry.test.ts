import {
  EMAIL_GIVE_UP_MS,
  LEASE_MS,
  type LedgerEntry,
  newVoicemailEntry,
  truncateBytes,
  type VoicemailDetails,
  withoutMessage,
  withRecording,
  withRecordingProven,
  withTranscript,
} from './entry';
import {
  emailIsClaimable,
  nextRunAt,
  taskIsClaimable,
  withClaims,
  withEmailOutcome,
  withTaskOutcome,
  withTaskSeen,
} from './steps';

const NOW = Date.UTC(2026, 10, 22, 12);
const CALL = `CA${'1'.repeat(32)}`;
const RECORDING = `RE${'2'.repeat(32)}`;
const details: VoicemailDetails = {
  callSid: CALL,
  attempt: 1,
  from: '+15550100001',
  to: '+15550100099',
  queueName: 'Support',
  workflowSid: `WW${'3'.repeat(32)}`,
  priority: 5,
  routing: {},
  conversationId: 'x',
  waitingSince: NOW - 60_000,
  language: 'en-US',
};
const fresh = (transcribed = true) => newVoicemailEntry(details, { maxRecordingSeconds: 119, transcribed }, NOW);
const recorded = (transcribed = true) => withRecording(fresh(transcribed), RECORDING, 21, NOW);
const both = { task: true, email: true };
const retryLater = { result: 'later', lastError: 'mailgun-500', deliveryUncertain: false } as const;

describe('claims', () => {
  test('nothing can be claimed before there is a recording', () => {
    expect(taskIsClaimable(fresh(), NOW)).toBe(false);
    expect(emailIsClaimable(fresh(), 'recorded', NOW)).toBe(false);
  });

  test('a claimed step cannot be claimed again until its lease has run out', () => {
    const claimed = withClaims(recorded(), both, 'me', NOW);
    expect(taskIsClaimable(claimed, NOW + LEASE_MS - 1)).toBe(false);
    expect(emailIsClaimable(claimed, 'recorded', NOW + LEASE_MS - 1)).toBe(false);
    expect(taskIsClaimable(claimed, NOW + LEASE_MS)).toBe(true);
    expect(emailIsClaimable(claimed, 'recorded', NOW + LEASE_MS)).toBe(true);
  });

  test('taken over from a dead owner, the provider is asked before anything is sent', () => {
    const taken = withClaims(withClaims(recorded(), both, 'dead', NOW), both, 'me', NOW + LEASE_MS);
    expect(taken.email.deliveryUncertain).toBe(true);
  });

  test('the first owner does not ask', () => {
    const claimed = withClaims(recorded(), both, 'me', NOW);
    expect(claimed.email.deliveryUncertain).toBe(false);
  });

  test('a mail that waits for the transcript waits a bounded time', () => {
    const waiting = recorded();
    expect(emailIsClaimable(waiting, 'transcribed', NOW)).toBe(false);
    expect(emailIsClaimable(withTranscript(waiting, 'Hello', NOW), 'transcribed', NOW)).toBe(true);
    expect(emailIsClaimable(withTranscript(waiting, undefined, NOW), 'transcribed', NOW)).toBe(true);
    expect(emailIsClaimable(recorded(false), 'transcribed', NOW)).toBe(true);
    expect(emailIsClaimable(waiting, 'transcribed', waiting.transcript.giveUpAt)).toBe(true);
  });
});

describe('outcomes', () => {
  const claimed = () => withClaims(recorded(false), both, 'me', NOW);

  test('a made task and an accepted mail leave only the look after the task has timed out', () => {
    const done = withEmailOutcome(
      withTaskOutcome(claimed(), { made: true, sid: `WT${'4'.repeat(32)}` }, NOW),
      { result: 'sent', recipients: [{ address: 'a@example.com', state: 'accepted' }], possibleDuplicate: false },
      NOW,
    );
    expect(done.task.state).toBe('created');
    expect(done.email.state).toBe('sent');
    expect(nextRunAt(done)).toBeGreaterThanOrEqual(NOW + 7 * 24 * 3_600_000);
    expect(nextRunAt(withTaskSeen(done, 'handled', NOW))).toBeUndefined();
    expect(withTaskSeen(done, 'expired', NOW).task.state).toBe('expired');
  });

  test('the order in which outcomes are merged does not matter', () => {
    const task = { made: true, sid: `WT${'4'.repeat(32)}` } as const;
    const one = withEmailOutcome(withTaskOutcome(claimed(), task, NOW), retryLater, NOW);
    const other = withTaskOutcome(withEmailOutcome(claimed(), retryLater, NOW), task, NOW);
    expect(one).toEqual(other);
  });

  test('an hour without a provider costs a handful of tries, and the next try is never far', () => {
    let entry: LedgerEntry = recorded(false);
    let now = NOW;
    let tries = 0;
    while (now < NOW + 3_600_000) {
      entry = withEmailOutcome(withClaims(entry, { task: false, email: true }, 'me', now), retryLater, now);
      tries += 1;
      now = entry.email.runAt;
    }
    expect(tries).toBeLessThanOrEqual(8);
    expect(now - NOW).toBeLessThanOrEqual(5_400_000);
  });

  test('mail is given up after three days, and says so', () => {
    const late = withEmailOutcome(claimed(), retryLater, NOW + EMAIL_GIVE_UP_MS + 1);
    expect(late.email).toMatchObject({ state: 'failed', lastError: 'mailgun-500' });
  });

  test('a task that can never be made is tried for a week, and then shown as expired', () => {
    const failed = { made: false, problem: 'twilio-refused' } as const;
    expect(withTaskOutcome(claimed(), failed, NOW + 6 * 24 * 3_600_000).task.state).toBe('pending');
    const late = withTaskOutcome(claimed(), failed, NOW + 8 * 24 * 3_600_000);
    expect(late.task).toMatchObject({ state: 'expired', reason: 'twilio-refused' });
  });

  test('an ambiguous send stays ambiguous through a definite failure', () => {
    const ambiguous = withEmailOutcome(claimed(), { ...retryLater, deliveryUncertain: true }, NOW);
    expect(ambiguous.email.deliveryUncertain).toBe(true);
    const again = withClaims(ambiguous, { task: false, email: true }, 'me', NOW + 120_000);
    expect(again.email.deliveryUncertain).toBe(true);
  });

  test('a final step takes no late outcome', () => {
    const sent = withEmailOutcome(claimed(), { result: 'off' }, NOW);
    expect(withEmailOutcome(sent, retryLater, NOW).email.state).toBe('off');
  });
});

describe('no message', () => {
  test('becomes a callback, or nothing with its reason; the mail is off', () => {
    const callback = withoutMessage(fresh(), { task: 'callback' }, NOW);
    expect(callback).toMatchObject({ task: { state: 'pending', type: 'callback' }, email: { state: 'off' } });
    expect(taskIsClaimable(callback, NOW)).toBe(true);
    const nothing = withoutMessage(fresh(), { task: 'none', reason: 'why' }, NOW);
    expect(nothing.task).toMatchObject({ state: 'none', reason: 'why' });
    expect(nextRunAt(nothing)).toBeUndefined();
  });

  test('a recording that arrives late after all is a voicemail', () => {
    const late = withRecording(withoutMessage(fresh(), { task: 'none', reason: 'why' }, NOW), RECORDING, 5, NOW);
    expect(late).toMatchObject({ task: { state: 'pending', type: 'voicemail' }, email: { state: 'pending' } });
  });

  test('a recording that a transcript proves is looked for; if it is gone all the same, nothing of it is left', () => {
    const proven = withRecordingProven(fresh(), RECORDING, NOW + 60_000);
    expect(proven.recording).toMatchObject({ state: 'recording', sid: RECORDING, checkAt: NOW + 60_000 });
    expect(withoutMessage(proven, { task: 'callback' }, NOW).recording.recordingSid).toBeUndefined();
    expect(withRecordingProven(recorded(), 'RE', NOW)).toEqual(recorded());
  });

  test('a recording that is there is never taken back', () => {
    expect(withoutMessage(recorded(), { task: 'none', reason: 'why' }, NOW)).toEqual(recorded());
  });
});

test('texts are cut between characters', () => {
  expect(truncateBytes('añb😀c', 100)).toBe('añb😀c');
  const cut = truncateBytes('😀'.repeat(100), 50);
  expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(50);
  expect(cut).toMatch(/^(😀)+…$/u);
});
