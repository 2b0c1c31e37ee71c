import {
  EMAIL_SETTINGS_DOCUMENT,
  type Infer,
  number,
  object,
  parseIfValid,
  readSavedAuditKey,
  text,
  timestamp,
} from '@callback-and-voicemail/contract';
import { auditMapName, resultKey } from '../audit/audit-record';
import { findAct, writePart } from '../audit/audit-store';
import type { PreparedAction } from '../audit/with-audit';
import type { Invocation } from '../invocation';
import { LEDGER_TTL_SECONDS } from '../ledger/entry';
import { chronologicalKey, readListedId } from '../ledger/entry-id';
import { deliverMessage } from '../notification/deliver-message';
import { createMailer } from '../notification/mailer';
import { createAllowance } from '../notification/send-allowance';
import { isConfirmationRequired } from '../notification/unconfirmed-recipients';
import { splitAddresses } from '../runtime/environment';
import { errorCode, isTwilioError } from '../runtime/errors';
import { renderNotice } from './render-notice';

/**
 * The outbox of mails to ADMIN_EMAIL. A notice is a Sync document that names a change in the audit; the index of open
 * entries lists it until the provider has taken the mail (ADR 0103).
 */
const noticeSchema = object({
  /** The key of the change in the audit, and how many items it has there. */
  act: text(),
  parts: number(),
  /** Milliseconds since 1970: until then another sweep sends it. */
  leasedUntil: timestamp(),
  attempts: number(),
});
type Notice = Infer<typeof noticeSchema>;

const NOTICE_ID = /^notice-[0-9a-f]{32}$/;
const MAX_SEND_MS = 3_000;
/** Kept back for noting that it was taken. */
const RESERVE_MS = 1_500;
const LEASE_MS = 30_000;
/** A save that is not carried out by then never is. */
const SAVE_MS = 10 * 60_000;
const MAX_PAUSE_MS = 60 * 60_000;
const DONE_TTL_SECONDS = 60;

const noticeId = ({ key }: Pick<PreparedAction, 'key'>) => `notice-${key.slice(-32)}`;

/** The id of the notice that a key of the index lists, if it does. */
export function noticeOfKey(key: string): string | undefined {
  const id = readListedId(key);
  return id !== undefined && NOTICE_ID.test(id) ? id : undefined;
}

/**
 * Puts a notice into the outbox, before the change that it is about is saved. It is not sent unless that was saved.
 * @throws TwilioError when Sync did not take it: the change must not be saved then
 */
export async function createNotice({ twilio, ledger }: Invocation, noted: PreparedAction): Promise<void> {
  const id = noticeId(noted);
  const notice: Notice = { act: noted.key, parts: noted.parts.length, leasedUntil: 0, attempts: 0 };
  await Promise.all([
    twilio.sync.createDocument(id, notice, LEDGER_TTL_SECONDS),
    ledger.index.add(id, chronologicalKey(id, Date.now())),
  ]);
}

/** Takes a notice out of the outbox when its change was not saved. A sweep does it if this fails. Never throws. */
export async function withdrawNotice({ twilio, log }: Invocation, noted: PreparedAction): Promise<void> {
  try {
    await twilio.sync.expireDocument(noticeId(noted), DONE_TTL_SECONDS);
  } catch (error) {
    log.warn('notice not withdrawn', { code: errorCode(error) });
  }
}

/**
 * For the sweep: sends a notice if its change was saved.
 * @param key by which the index lists it
 * @throws TwilioError when Sync is out of reach; a later sweep tries again
 */
export async function sendNotice(invocation: Invocation, id: string, key: string): Promise<void> {
  const { twilio, ledger, log, deadline } = invocation;
  const document = await twilio.sync.fetchDocument(id);
  const notice = document && parseIfValid(noticeSchema, document.data);
  if (document === undefined) return ledger.index.remove(id, key);
  if (notice === undefined) {
    log.error('notice unreadable', { entry: id });
    return ledger.index.postponeCorruptEntry(id, key);
  }
  const now = Date.now();
  if (notice.leasedUntil > now) return;
  const outcome = await saveOutcome(invocation, notice.act);
  if (outcome === 'open') return;
  if (outcome === 'done') {
    const claimed = await claim(invocation, id, { ...notice, leasedUntil: now + LEASE_MS }, document.revision);
    if (!claimed) return;
    const time = Math.min(MAX_SEND_MS, deadline.remaining() - RESERVE_MS);
    if (time <= 0 || !(await trySend(invocation, notice, time))) {
      const pause = Math.min(MAX_PAUSE_MS, LEASE_MS * 2 ** Math.min(notice.attempts, 10));
      await ledger.index.add(id, chronologicalKey(id, now + pause));
      return ledger.index.remove(id, key);
    }
    log.info('administrator notified', { attempt: notice.attempts + 1 });
  }
  await Promise.all([ledger.index.remove(id, key), twilio.sync.expireDocument(id, DONE_TTL_SECONDS)]);
}

/** @returns false when another sweep was faster */
async function claim({ twilio }: Invocation, id: string, notice: Notice, revision: string): Promise<boolean> {
  try {
    const claimed = { ...notice, attempts: notice.attempts + 1 };
    await twilio.sync.updateDocument(id, claimed, revision, LEDGER_TTL_SECONDS);
    return true;
  } catch (error) {
    if (isTwilioError(error, 'precondition-failed', 'not-found')) return false;
    throw error;
  }
}

/**
 * Whether a change was saved: the audit says so, or the settings name it as their last one. Of one that is neither, the
 * save may be under way; after ten minutes it was not saved. The next save notes the one before as done.
 */
async function saveOutcome(invocation: Invocation, act: string): Promise<'done' | 'failed' | 'open'> {
  const { sync } = invocation.twilio;
  const [result, settings] = await Promise.all([
    sync.getMapItem(auditMapName(act), resultKey(act)),
    sync.fetchDocument(EMAIL_SETTINGS_DOCUMENT),
  ]);
  if (result?.data.result === 'done') return 'done';
  if (result !== undefined) return 'failed';
  const isSaved = readSavedAuditKey(settings?.data) === act;
  if (!isSaved && Date.now() - Date.parse(act.slice(0, 24)) < SAVE_MS) return 'open';
  await noteSaveResult(invocation, act, isSaved ? 'done' : 'failed');
  return isSaved ? 'done' : 'failed';
}

/** Notes what came of a save, in case its own invocation could not. Who saved is in its record. @throws TwilioError */
export async function noteSaveResult(
  invocation: Pick<Invocation, 'twilio'>,
  act: string,
  result: 'done' | 'failed',
): Promise<void> {
  const code = result === 'failed' ? { code: 'not-saved' } : {};
  await writePart(invocation, {
    key: resultKey(act),
    record: { at: new Date().toISOString(), by: '', identity: '', act: 'save-settings', result, ...code },
  });
}

/** @returns whether the provider took it */
async function trySend(invocation: Invocation, { act, parts }: Notice, time: number): Promise<boolean> {
  const { environment, timeZone, deadline, log } = invocation;
  const recipients = splitAddresses(environment.values.ADMIN_EMAIL ?? '').map((address) => ({ address }));
  const mailer = createMailer(environment);
  const found = await findAct(invocation, act);
  if (mailer === undefined || recipients.length === 0 || found === undefined || found.parts < parts) {
    const isUnset = mailer === undefined || recipients.length === 0;
    log.warn('administrator not notified', { code: isUnset ? 'mail-not-configured' : 'audit-incomplete' });
    return false;
  }
  const mail = renderNotice(found.item, timeZone, isConfirmationRequired(environment));
  const endsAt = Date.now() + time;
  const { settled, failure } = await deliverMessage(
    mailer.order,
    recipients,
    (_provider, some) => ({
      messageId: `settings-${act.replace(/[^0-9A-Za-z-]/g, '-')}@${mailer.domain}`,
      from: mailer.from,
      listId: mailer.listId,
      recipients: some,
      ...mail,
    }),
    { remaining: () => endsAt - Date.now(), within: (ms, work) => deadline.within(ms, work) },
    createAllowance(environment, () => invocation.twilio.sync, log),
  );
  // One who has it is enough: the others would get theirs once more.
  if (settled.some(({ state }) => state === 'accepted')) return true;
  log.warn('administrator not notified', { code: failure?.code ?? 'recipients-refused' });
  return false;
}
