import { newCallbackEntry, newVoicemailEntry } from './entry';
import { salvageEntry } from './salvage-entry';

const NOW = Date.UTC(2026, 10, 30, 12);
const CALL = `CA${'1'.repeat(32)}`;
const [RECORDING, TASK, EARLIER] = [`RE${'2'.repeat(32)}`, `WT${'3'.repeat(32)}`, `WT${'4'.repeat(32)}`];
const details = {
  ...{ taskKey: 'key', callSid: CALL, workflowSid: 'WW1', from: '+12025550123', to: '+12025550101' },
  ...{ queueName: 'Support', priority: 0, routing: {}, conversationId: 'C1', waitingSince: NOW, language: 'en-US' },
};
const written = newVoicemailEntry({ ...details, attempt: 1 }, { maxRecordingSeconds: 119, transcribed: true }, NOW);
const blank = {
  ...newCallbackEntry(written.id, { ...details, from: '', to: '', taskKey: 'new' }, NOW + 1),
  attempt: 1,
};
const stored = (change: object) => JSON.parse(JSON.stringify({ ...written, ...change })) as Record<string, unknown>;

test('of an entry with one field that cannot be read, all others are kept', () => {
  const { entry } = salvageEntry(blank, stored({ priority: 'high' }));
  expect(entry).toMatchObject({ from: '+12025550123', queueName: 'Support', taskKey: 'key', createdAt: NOW });
  expect(entry.priority).toBe(0);
  expect(entry.recording).toEqual(written.recording);
});

test('of a document of a later version, SIDs are found wherever recording and task name them', () => {
  const { entry, recordingSids, taskSids } = salvageEntry(
    blank,
    stored({
      version: 99,
      recording: { phase: 'kept', copies: [{ of: RECORDING }, { of: RECORDING }] },
      task: { is: TASK, was: [EARLIER] },
    }),
  );
  expect([recordingSids, taskSids]).toEqual([[RECORDING], [TASK, EARLIER]]);
  expect(entry).toMatchObject({ version: 1, id: written.id, recording: blank.recording, task: blank.task });
});

test('the task of the call in line is not one of the entry’s', () => {
  expect(salvageEntry(blank, stored({ queueTaskSid: TASK, task: 7 })).taskSids).toEqual([]);
});

test('a document of nothing gives the blank entry, with its id and call', () => {
  expect(salvageEntry(blank, {})).toEqual({ entry: blank, recordingSids: [], taskSids: [] });
  expect(salvageEntry(blank, { id: 'another', callSid: 'CA9' }).entry).toEqual(blank);
});

test('of a mail that cannot be read it is not known whether it was sent', () => {
  expect(salvageEntry(blank, stored({ email: { state: 'delivered' } })).entry.email).toMatchObject({
    state: 'pending',
    deliveryUncertainSince: blank.createdAt,
  });
  const sent = { state: 'sent', sentAt: NOW, attempts: 1, recipients: [], recipientCount: 1 };
  expect(salvageEntry(blank, stored({ email: sent, priority: 'high' })).entry.email).toEqual(sent);
});

test('a deletion that cannot be read any more is begun again', () => {
  const { entry } = salvageEntry(blank, stored({ erasure: { at: NOW }, indexKey: 'x', priority: 'high' }));
  expect(entry.erasure).toBeUndefined();
  expect(entry.indexKey).toBeUndefined();
});
