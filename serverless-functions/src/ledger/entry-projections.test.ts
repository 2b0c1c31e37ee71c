import {
  apply,
  begunVoicemail,
  emailClaimed,
  emailSent,
  recordingCompleted,
  taskCreated,
} from '../../test/ledger-fixtures';
import { TwilioError } from '../runtime/errors';
import type { SyncClient } from '../twilio/sync';
import { EntryProjections } from './entry-projections';

const begun = begunVoicemail({ transcribed: false });
const recorded = apply(begun, recordingCompleted);
const claimed = apply(recorded, [{ type: 'task-claimed', owner: 'me' }, emailClaimed]);
const created = apply(claimed, taskCreated);
const sent = apply(created, emailSent);
const refused = apply(created, { type: 'email-failed', lastError: 'recipient-refused', recipients: [] });

/** A Sync client that lists what is written, or refuses it. */
function fakeSync(works = true) {
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
  return { writes, projections: new EntryProjections(() => client, undefined) };
}

test('a claim is not written; its outcome is, as a new row', async () => {
  const { writes, projections } = fakeSync();
  projections.deferToOutcome(begun, claimed);
  await projections.write(claimed, sent);
  expect(writes).toEqual(['add history-2026-11-22']);
  await projections.write(sent, { ...sent, callbackAttempts: 1 });
  expect(writes).toHaveLength(1);
});

test('a voicemail that goes well is one write; a failure is another, and its end removes it', async () => {
  const { writes, projections } = fakeSync();
  await projections.write(begun, recorded);
  await projections.write(created, refused);
  await projections.write(refused, sent);
  expect(writes).toEqual([
    'add history-2026-11-22',
    'change history-2026-11-22',
    'add failures',
    'change history-2026-11-22',
    'remove failures',
  ]);
});

test('when a row cannot be written, does not throw, and writes it with the next change', async () => {
  const broken = fakeSync(false);
  await broken.projections.write(begun, recorded);
  expect(broken.projections.isDirty(recorded)).toBe(true);
  await broken.projections.write(recorded, { ...recorded, callbackAttempts: 1 });
  expect(broken.writes.filter((write) => write === 'add history-2026-11-22')).toHaveLength(2);
});
