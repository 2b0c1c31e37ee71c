import { FEATURE_PATH } from '@callback-and-voicemail/contract';
import { completeErasure } from '../fulfilment/complete-erasure';
import { processEntry } from '../fulfilment/process-entry';
import type { Invocation } from '../invocation';
import { LEDGER_TTL_SECONDS, type LedgerEntry } from '../ledger/entry';
import { voicemailEntryId } from '../ledger/entry-id';
import { isErased } from '../ledger/erasure-changes';
import { CorruptEntry, type VersionedEntry } from '../ledger/ledger';
import type { Environment } from '../runtime/environment';
import { errorCode, isTwilioError } from '../runtime/errors';
import type { CallRecording, CallRequest } from '../twilio/voice';
import { rebuildEntry } from '../voicemail/rebuild-entry';
import { readVoicemailUrlState, type VoicemailUrlState } from '../voicemail/voicemail-url';

/** The Sync document that says up to when the account's recordings were compared with the ledger. */
const CHECKED_DOCUMENT = 'recordings-checked';
const MINUTE = 60_000;
/** The longest outage after which nothing is lost. */
const LOOK_BACK_MS = 26 * 60 * MINUTE;
/** Twilio shows the requests of a call 15 minutes after its end. By then every webhook has come. */
const SETTLED_AFTER_MS = 20 * MINUTE;
const CHECK_EVERY_MS = 5 * MINUTE;
/** Of one sweep: each costs a few reads. */
const MAX_MESSAGES = 20;
/** A call has a few attempts at most. */
const ATTEMPTS = [1, 2, 3, 4];
const MIN_TIME_MS = 3_000;

type Message = CallRecording & { callSid: string };

/**
 * Finds messages that left nothing behind, neither an entry nor a task, since all was down but the telephone. Other
 * programs record with the same verb, so the call's requests must show that it was ours (ADR 0054).
 * @param isListed whether the index lists an entry: what it lists needs no reading
 * @returns the entries that were written
 * @throws TwilioError when Twilio is out of reach
 */
export async function findUnrecordedMessages(
  invocation: Invocation,
  isListed: (id: string) => boolean,
): Promise<VersionedEntry[]> {
  const { twilio, deadline } = invocation;
  const now = Date.now();
  const document = await twilio.sync.fetchDocument(CHECKED_DOCUMENT);
  const checkedUntil = Number(document?.data.until);
  const since = Math.max(Number.isFinite(checkedUntil) ? checkedUntil : 0, now - LOOK_BACK_MS);
  const until = now - SETTLED_AFTER_MS;
  if (until - since < CHECK_EVERY_MS) return [];
  const messages = (await twilio.voice.listMessagesSince(since)).filter(({ startedAt, seconds }) => {
    const endedAt = startedAt + seconds * 1_000;
    return startedAt >= since && endedAt <= until;
  });
  const written: VersionedEntry[] = [];
  let done = until;
  for (const [n, message] of messages.entries()) {
    if (n >= MAX_MESSAGES || deadline.remaining() < MIN_TIME_MS) {
      done = message.startedAt;
      break;
    }
    const entry = await tryWriting(invocation, message, isListed);
    if (entry !== undefined) written.push(entry);
  }
  await saveProgress(invocation, done, document?.revision);
  return written;
}

/** An entry of its call that cannot be read must not keep the messages after it from being found. */
async function tryWriting(
  invocation: Invocation,
  message: Message,
  isListed: (id: string) => boolean,
): Promise<VersionedEntry | undefined> {
  try {
    return await writeIfUnrecorded(invocation, message, isListed);
  } catch (error) {
    if (!(error instanceof CorruptEntry)) throw error;
    const { ledger, log } = invocation;
    log.error('message not compared', { entry: error.row.id, code: errorCode(error) });
    // Supervisors are shown it: nobody looks at this message again.
    await ledger.setAside(error, undefined);
    return undefined;
  }
}

async function writeIfUnrecorded(
  invocation: Invocation,
  message: Message,
  isListed: (id: string) => boolean,
): Promise<VersionedEntry | undefined> {
  const { ledger } = invocation;
  const { callSid, recordingSid } = message;
  const ids = ATTEMPTS.map((attempt) => voicemailEntryId(callSid, attempt));
  if (ids.some(isListed)) return undefined;
  const entries = await Promise.all(ids.map((id) => ledger.find(id)));
  const isKnown = entries.some((one) => {
    const recording = one?.entry.recording;
    return recording?.state === 'recording' || recording?.recordingSid === recordingSid;
  });
  if (isKnown) return undefined;
  return takeUpMessage(
    invocation,
    message,
    entries.filter((one) => one !== undefined),
  );
}

/**
 * Makes a voicemail of a message that no entry names, when Twilio's record of its call's requests shows that it is ours.
 * One of a caller whose personal data were deleted is deleted as well.
 * @param entries of the call
 * @param rebuild the entry of an attempt that has none; undefined: it is not to be written
 * @returns the entry; undefined when the message is not ours, or its attempt has an entry that concluded otherwise
 */
export async function takeUpMessage(
  invocation: Invocation,
  message: Message,
  entries: readonly VersionedEntry[],
  rebuild: (urlState: VoicemailUrlState) => LedgerEntry | undefined = (urlState) =>
    rebuildEntry(invocation.environment, urlState, message.startedAt),
): Promise<VersionedEntry | undefined> {
  const { twilio, ledger, log, environment } = invocation;
  const { callSid, recordingSid, seconds } = message;
  const urlState = readOwnRequest(environment, await twilio.voice.listCallRequests(callSid), message);
  if (urlState === undefined) return undefined;
  const erased = entries.find(({ entry }) => isErased(entry));
  if (erased !== undefined) {
    const reported = await ledger.apply(erased, { type: 'recording-completed', recordingSid, seconds });
    await completeErasure(invocation, reported ?? erased);
    return undefined;
  }
  if (entries.some(({ entry }) => entry.attempt === urlState.attempt)) return undefined;
  const rebuilt = rebuild(urlState);
  if (rebuilt === undefined) return undefined;
  const current = await ledger.createIfAbsent({ ...rebuilt, dequeued: true });
  log.error('message without entry found', { entry: current.entry.id, recordingSid });
  return processEntry(invocation, current, [
    { type: 'recording-completed', recordingSid, seconds },
    { type: 'review-ended' },
    { type: 'transcript-timed-out' },
  ]);
}

/**
 * Our own request of the call that proves its recording: the one that names it; else the call's last, when that invited
 * the caller to speak and they hung up. Pure.
 * @returns what the request's URL carries; undefined when the recording is not ours
 */
export function readOwnRequest(
  environment: Environment,
  requests: readonly CallRequest[],
  { callSid, recordingSid, startedAt }: Pick<Message, 'callSid' | 'recordingSid' | 'startedAt'>,
): VoicemailUrlState | undefined {
  const isPage = ({ url }: CallRequest, page: string) => new URL(url).pathname === `${FEATURE_PATH}/studio/${page}`;
  const naming = requests.find(
    (one) => isPage(one, 'voicemail-recorded') && one.parameters.recording_sid === recordingSid,
  );
  const last = requests.at(-1);
  const own = naming ?? (last !== undefined && isPage(last, 'voicemail') ? last : undefined);
  if (own === undefined) return undefined;
  const { from, to, caller_name: name } = own.parameters;
  const query = Object.fromEntries(new URL(own.url).searchParams);
  const event = { ...query, From: from, To: to, CallerName: name, CallSid: callSid };
  // A page to which only our own URLs lead was requested by us, or it is no proof.
  const read = readVoicemailUrlState(environment, 'voicemail', event, startedAt);
  return naming !== undefined && read.own === undefined ? undefined : read.urlState;
}

/** Another sweep may have been faster: then it has seen the same. */
async function saveProgress({ twilio }: Invocation, until: number, revision: string | undefined): Promise<void> {
  const data = { version: 1, until };
  try {
    if (revision === undefined) await twilio.sync.createDocument(CHECKED_DOCUMENT, data, LEDGER_TTL_SECONDS);
    else await twilio.sync.updateDocument(CHECKED_DOCUMENT, data, revision, LEDGER_TTL_SECONDS);
  } catch (error) {
    if (!isTwilioError(error, 'conflict', 'precondition-failed')) throw error;
  }
}
