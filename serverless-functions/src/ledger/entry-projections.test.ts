import { TwilioError } from '../runtime/errors';
import type { SyncClient } from '../twilio/sync';
import { newVoicemailEntry, withRecording } from './entry';
import { EntryProjections } from './entry-projections';
import { withClaims, withEmailOutcome, withTaskOutcome } from './steps';

const NOW = Date.UTC(2026, 10, 22, 14);
const begun = newVoicemailEntry(
  {
    callSid: `CA${'a'.repeat(32)}`,
    attempt: 1,
    from: '+12025550123',
    to: '+12025550101',
    queueName: 'Support',
    workflowSid: `WW${'b'.repeat(32)}`,
    priority: 0,
    routing: {},
    conversationId: 'c',
    waitingSince: NOW,
    language: 'en-US',
  },
  { maxRecordingSeconds: 119, transcribed: false },
  NOW,
);
const recorded = withRecording(begun, `RE${'2'.repeat(32)}`, 21, NOW);
const claimed = withClaims(recorded, { task: true, email: true }, 'me', NOW);
const made = withTaskOutcome(claimed, { made: true, sid: `WT${'1'.repeat(32)}` }, NOW);
const sent = withEmailOutcome(made, { result: 'sent', recipients: [], possibleDuplicate: false }, NOW);
const refused = withEmailOutcome(made, { result: 'failed', lastError: 'mailgun-400', recipients: [] }, NOW);

/** Sync that notes what is written, or refuses it. */
function syncThat(works = true) {
  const writes: string[] = [];
  const note = async (what: string) => {
    writes.push(what);
    if (!works) throw new TwilioError(what, { failure: 'unavailable' });
  };
  const client = {
    upsertMapItem: (map: string, _key: string, _data: object, _ttl: number, isThere: boolean) =>
      note(`${isThere ? 'change' : 'add'} ${map}`),
    removeMapItem: (map: string) => note(`remove ${map}`),
  } as unknown as SyncClient;
  return { writes, beside: new EntryProjections(() => client, undefined) };
}

test('a claim is not written, its outcome is, as a row that is new', async () => {
  const { writes, beside } = syncThat();
  beside.deferToOutcome(begun, claimed);
  await beside.write(claimed, sent);
  expect(writes).toEqual(['add history-2026-11-22']);
  await beside.write(sent, { ...sent, callbackAttempts: 1 });
  expect(writes).toHaveLength(1);
});

test('a voicemail that goes well is one write; trouble is another, and its end takes it away', async () => {
  const { writes, beside } = syncThat();
  await beside.write(begun, recorded);
  await beside.write(made, refused);
  await beside.write(refused, sent);
  expect(writes).toEqual([
    'add history-2026-11-22',
    'change history-2026-11-22',
    'add trouble',
    'change history-2026-11-22',
    'remove trouble',
  ]);
});

test('what could not be written throws nothing, and is written with the next change, though that shows nothing new', async () => {
  const broken = syncThat(false);
  await broken.beside.write(begun, recorded);
  expect(broken.beside.isDirty(recorded)).toBe(true);
  await broken.beside.write(recorded, { ...recorded, callbackAttempts: 1 });
  expect(broken.writes.filter((write) => write === 'add history-2026-11-22')).toHaveLength(2);
});
