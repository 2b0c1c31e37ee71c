import { parseIfValid } from '@callback-and-voicemail/contract/schema';
import type { Invocation } from '../invocation';
import { LEDGER_TTL_SECONDS } from '../ledger/entry';
import type { EventOf } from '../ledger/events';
import { CorruptEntry, type Ledger } from '../ledger/ledger';
import {
  type CallerMails,
  callerMailsSchema,
  isWithoutMails,
  leaveMails,
  NO_MAILS,
  othersOf,
} from '../notification/mails-of-caller';
import { classifyCaller } from '../numbers/caller-number';
import type { Environment } from '../runtime/environment';
import { errorCode, isOutcomeUnknown, isTwilioError, ProductError } from '../runtime/errors';
import { canSign, keyedNames } from '../runtime/signing';

/** The Sync document of a caller's mails: reading, writing, and leaving it (ADR 0122). */

const KIND = 'mails-of-caller';
/** Where mails are only counted, nothing of them matters after an hour. */
const COUNT_TTL_SECONDS = 2 * 60 * 60;
/** Other voicemails of the same caller write at the same moment. */
export const WRITE_ATTEMPTS = 5;

/** The document as it was read. */
export interface CallerMailsDocument {
  name: string;
  mails: CallerMails;
  revision: string | undefined;
}

/**
 * Keyed, so that nobody finds a number by trying all of them.
 * @returns the names by all signing keys, the newest first; none where the caller has no number
 */
export function callerMailsNames(environment: Environment, from: string): string[] {
  if (!canSign(environment) || classifyCaller(from) !== 'number') return [];
  return keyedNames(environment, KIND, from.trim());
}

/** True for a name of `callerMailsNames`. */
export const isCallerMailsName = (name: string): boolean => name.startsWith(`${KIND}-`);

class UnreadableMails extends ProductError {}

/** @throws TwilioError when Sync is out of reach; UnreadableMails */
async function fetchCallerMails({ twilio }: Invocation, name: string): Promise<CallerMailsDocument> {
  const document = await twilio.sync.fetchDocument(name);
  if (document === undefined) return { name, mails: NO_MAILS, revision: undefined };
  const mails = parseIfValid(callerMailsSchema, document.data);
  // One of a later release may list what others are to tell of: it is not written anew.
  if (mails === undefined)
    throw new UnreadableMails('mails-of-caller-unreadable', `${name} cannot be read`, 'It is left as it is.');
  return { name, mails, revision: document.revision };
}

/**
 * - `throttled`: too many voicemails of the caller are counted at the moment.
 * - `unknown`: Sync does not answer, or the document cannot be read.
 */
export type CallerMailsRead = CallerMailsDocument | 'throttled' | 'unknown';

/** Never throws. */
export async function readCallerMails(invocation: Invocation, name: string): Promise<CallerMailsRead> {
  try {
    return await fetchCallerMails(invocation, name);
  } catch (error) {
    invocation.log.warn('mails of the caller not read', { code: errorCode(error) });
    return isTwilioError(error, 'rate-limited') ? 'throttled' : 'unknown';
  }
}

/**
 * - `changed`: another invocation has written it since it was read.
 * - `throttled`: too many are written at the moment.
 * - `uncertain`: the answer was lost.
 */
export type CallerMailsWrite = CallerMailsDocument | 'changed' | 'refused' | 'throttled' | 'uncertain';

/** Replaces the document, unless it has changed. Never throws. */
export async function writeCallerMails(
  { twilio: { sync }, log }: Invocation,
  { name, revision }: CallerMailsDocument,
  mails: CallerMails,
): Promise<CallerMailsWrite> {
  const ttl = mails.summaries.length > 0 ? LEDGER_TTL_SECONDS : COUNT_TTL_SECONDS;
  try {
    const written =
      revision === undefined
        ? await sync.createDocument(name, mails, ttl)
        : await sync.updateDocument(name, mails, revision, ttl);
    return { name, mails, revision: written };
  } catch (error) {
    if (isTwilioError(error, 'conflict', 'precondition-failed', 'not-found')) return 'changed';
    log.warn('mails of the caller not written', { code: errorCode(error) });
    if (isTwilioError(error, 'rate-limited')) return 'throttled';
    return isOutcomeUnknown(error) ? 'uncertain' : 'refused';
  }
}

/**
 * Takes an entry whose content is deleted out of the document. What it was to tell of is carried on by another entry,
 * which is made a carrier first: an invocation that dies in between is repeated, and nothing is lost.
 * @param isTold its email was sent, with what it carried
 * @throws ProductError when it was not done: repeat it
 */
export async function leaveCallerMails(
  invocation: Invocation,
  { name, id, isTold }: { name: string; id: string; isTold: boolean },
): Promise<void> {
  for (let attempt = 1; attempt <= WRITE_ATTEMPTS; attempt += 1) {
    const document = await fetchIfReadable(invocation, name);
    if (document === undefined) return;
    const heir = isTold ? undefined : await findHeir(invocation, document, id);
    if (heir !== undefined) await invocation.ledger.apply(id, { type: 'summary-passed-on', heir });
    const next = leaveMails(document.mails, id, heir);
    if (next === undefined) return;
    const written = await writeCallerMails(invocation, document, next);
    if (typeof written === 'string') continue;
    // A removal has no condition: whoever has read the document before finds that it has changed.
    if (isWithoutMails(next)) await invocation.twilio.sync.removeDocument(name);
    return;
  }
  throw notSettled(id);
}

/** A deletion does not wait for somebody to mend a list. @returns undefined for one that cannot be read */
async function fetchIfReadable(invocation: Invocation, name: string): Promise<CallerMailsDocument | undefined> {
  try {
    return await fetchCallerMails(invocation, name);
  } catch (error) {
    if (!(error instanceof UnreadableMails)) throw error;
    invocation.log.error('mails of the caller not left', { code: error.code });
    return undefined;
  }
}

const notSettled = (id: string) =>
  new ProductError('mails-not-settled', `Others are mailed with ${id}`, 'A sweep tries again.');

/** The first of the entries that a carrier tells of which can carry on. */
async function findHeir(
  { ledger }: Invocation,
  { name, mails }: CallerMailsDocument,
  id: string,
): Promise<string | undefined> {
  const summary = othersOf(mails, id);
  if (summary === undefined) return undefined;
  let isUnsettled = false;
  for (const one of summary.more) {
    const email = await inherit(ledger, one, { type: 'email-inherits', document: name, until: summary.until });
    if (email?.state === 'pending' && email.carries === name) return one;
    // It was listed, and its entry does not say so yet.
    if (email?.state === 'sending' && email.resendRequestedAt === undefined) isUnsettled = true;
  }
  if (isUnsettled) throw notSettled(id);
  return undefined;
}

/** @returns its email afterwards; undefined when nobody can read it */
async function inherit(ledger: Ledger, id: string, event: EventOf<'email-inherits'>) {
  try {
    return (await ledger.apply(id, event))?.entry.email;
  } catch (error) {
    if (error instanceof CorruptEntry) return undefined;
    throw error;
  }
}
