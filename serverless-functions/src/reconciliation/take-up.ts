import { isSid } from '@callback-and-voicemail/contract';
import { findOrCreateTask } from '../fulfilment/find-or-create-task';
import { isOwnRecording } from '../fulfilment/own-recording';
import { processEntry } from '../fulfilment/process-entry';
import type { Invocation } from '../invocation';
import { currentTaskSid } from '../ledger/entry';
import { chronologicalKey, parseVoicemailEntryId, voicemailEntryId } from '../ledger/entry-id';
import { isErased } from '../ledger/erasure-changes';
import type { LedgerEvent } from '../ledger/events';
import { type HistoryRow, historyMapName, parseHistoryRow } from '../ledger/history-row';
import type { VersionedEntry } from '../ledger/ledger';
import { toTaskEvent } from '../ledger/outcomes';
import { lookUpTask } from '../sweep/ended-tasks';
import { findLostRecording } from '../sweep/unfinished-recording';
import { takeUpMessage } from '../sweep/unrecorded-messages';
import type { AccountRecording } from '../twilio/voice';
import { rebuildEntry } from '../voicemail/rebuild-entry';
import { withStateOfRow } from './entry-of-row';
import { namesRecording } from './reconcile-day';

/** Attempts of one call, as in `read-facts.ts`. */
const ATTEMPTS = [1, 2, 3, 4, 5, 6];
/** Entries that concluded without the message: it is theirs after all. */
const WITHOUT_MESSAGE: readonly string[] = ['none', 'withdrawn', 'superseded'];

/** What is to be taken up. */
export interface Missing {
  /** A voicemail's id, or a recording's SID. */
  id: string;
  /** When it began: milliseconds since 1970. */
  at: number;
}

/**
 * Makes up for what is missing of one voicemail: the same acts as the sweep's. Repeated, it does nothing twice, since
 * every step is claimed.
 * @param byPerson a person wants it: a task that TaskRouter knows nothing of is replaced, and a mail is sent again
 * @param mayTake called with the queue before anything is changed
 * @returns the entry afterwards; undefined when there was nothing that could be made up for
 * @throws what `mayTake` throws; TwilioError when Twilio is out of reach; CorruptEntry
 */
export async function takeUp(
  invocation: Invocation,
  { id, at }: Missing,
  byPerson: boolean,
  mayTake: (queueName: string) => void = () => undefined,
): Promise<VersionedEntry | undefined> {
  if (isSid('recording', id)) return takeUpRecording(invocation, id, byPerson, mayTake);
  const current = await invocation.ledger.find(id);
  if (current === undefined) return rebuildFromRow(invocation, { id, at }, mayTake);
  mayTake(current.entry.queueName);
  return goOnWith(invocation, current, byPerson);
}

async function takeUpRecording(
  invocation: Invocation,
  recordingSid: string,
  byPerson: boolean,
  mayTake: (queueName: string) => void,
): Promise<VersionedEntry | undefined> {
  const recording = await invocation.twilio.voice.fetchRecording(recordingSid);
  if (recording?.status !== 'completed' || !isSid('call', recording.callSid)) return undefined;
  const entries = await findEntriesOf(invocation, recording.callSid);
  const own =
    entries.find(({ entry }) => namesRecording(entry, recordingSid)) ??
    entries.find(({ entry }) => isWaitingFor(entry, recording));
  if (own !== undefined) {
    mayTake(own.entry.queueName);
    return goOnWith(invocation, own, byPerson);
  }
  const closed = entries.find(
    ({ entry }) => WITHOUT_MESSAGE.includes(entry.recording.state) && entry.recording.recordingSid === undefined,
  );
  if (closed !== undefined) mayTake(closed.entry.queueName);
  const others = entries.filter((one) => one !== closed);
  return takeUpMessage(invocation, recording, others, (urlState) => {
    if (closed === undefined) mayTake(urlState.queueName);
    return rebuildEntry(invocation.environment, urlState, recording.startedAt);
  });
}

const isWaitingFor = ({ recording, createdAt }: VersionedEntry['entry'], one: AccountRecording): boolean =>
  recording.state === 'recording' && isOwnRecording(one, createdAt);

async function findEntriesOf({ ledger }: Invocation, callSid: string): Promise<VersionedEntry[]> {
  const found = await Promise.all(ATTEMPTS.map((attempt) => ledger.find(voicemailEntryId(callSid, attempt))));
  return found.filter((one) => one !== undefined);
}

/** What the sweep would do with an entry that is due, now. */
async function goOnWith(
  invocation: Invocation,
  current: VersionedEntry,
  byPerson: boolean,
): Promise<VersionedEntry | undefined> {
  const { entry } = current;
  const { ledger } = invocation;
  if (isErased(entry)) return undefined;
  await ledger.ensureListed(entry);
  if (entry.recording.state === 'recording') return findLostRecording(invocation, current);
  if (entry.task.state === 'lost' && byPerson) return replaceTask(invocation, current);
  const ended = await lookUpTask(invocation, entry);
  const events: LedgerEvent[] = [
    { type: 'review-ended' },
    { type: 'transcript-timed-out' },
    ...(ended === undefined || ended.type === 'task-still-open' ? [] : [ended]),
    ...(byPerson && entry.email.state === 'failed' ? [{ type: 'resend-requested' } as const] : []),
  ];
  const after = await processEntry(invocation, current, events);
  return byPerson && after?.entry.task.state === 'lost' ? replaceTask(invocation, after) : after;
}

/** TaskRouter knows neither the task nor its end: a person decides that there is to be another. */
async function replaceTask(invocation: Invocation, current: VersionedEntry): Promise<VersionedEntry | undefined> {
  const { ledger, owner, twilio, timeZone } = invocation;
  const taskSid = currentTaskSid(current.entry);
  const claimed = await ledger.claimBy(current, { type: 'task-restored', taskSid, owner }, { as: 'outcome' });
  if (claimed === undefined) return undefined;
  const outcome = await findOrCreateTask(claimed.entry, () => twilio.taskRouter, timeZone);
  return ledger.apply(claimed, toTaskEvent(outcome));
}

/** An entry that is gone, of which the row is left: Twilio has the message, and says that it is ours. */
async function rebuildFromRow(
  invocation: Invocation,
  { id, at }: Missing,
  mayTake: (queueName: string) => void,
): Promise<VersionedEntry | undefined> {
  const { twilio, environment } = invocation;
  const call = parseVoicemailEntryId(id);
  const row = await readRow(invocation, { id, at });
  if (call === undefined || row === undefined || row.entryDeleted) return undefined;
  mayTake(row.queueName);
  const [recordings, entries] = await Promise.all([
    twilio.voice.listRecordings(call.callSid),
    findEntriesOf(invocation, call.callSid),
  ]);
  const free = recordings.filter(
    (one) =>
      one.status === 'completed' &&
      isOwnRecording(one, row.receivedAt) &&
      !entries.some(({ entry }) => namesRecording(entry, one.recordingSid)),
  );
  for (const recording of free) {
    const message = { ...recording, callSid: call.callSid };
    const taken = await takeUpMessage(invocation, message, entries, (urlState) =>
      urlState.attempt === call.attempt
        ? withStateOfRow(rebuildEntry(environment, urlState, recording.startedAt), row, recording, Date.now())
        : undefined,
    );
    if (taken !== undefined) return taken;
  }
  return undefined;
}

async function readRow({ twilio }: Invocation, { id, at }: Missing): Promise<HistoryRow | undefined> {
  const item = await twilio.sync.getMapItem(historyMapName(at), chronologicalKey(id, at));
  return parseHistoryRow(item?.data);
}
