import { type EmailProblem, parseIfValid } from '@callback-and-voicemail/contract';
import type { Deadline } from '../runtime/deadline';
import { type Environment, splitKeys } from '../runtime/environment';
import { errorCode, isTwilioError } from '../runtime/errors';
import type { Log } from '../runtime/log';
import type { MessagingClient } from '../twilio/messaging';
import type { SyncClient } from '../twilio/sync';
import { HEALTH_MAP } from './email-health';
import { type EmailOutage, judgeOutage, outageSchema } from './email-outage';

/** When no email can go out at all, people hear of it by SMS, and a program by a request. */
const OUTAGE_DOCUMENT = 'email-outage';
const OUTAGE_TTL_SECONDS = 30 * 24 * 60 * 60;
const DEFAULT_AFTER_MINUTES = 30;
const WEBHOOK_TIMEOUT_MS = 3_000;
/** Longer than an invocation lives. */
const TELLING_MS = 60_000;
/** Kept back for what the invocation has yet to write. */
const RESERVE_MS = 1_500;

interface Parts {
  environment: Environment;
  timeZone: string;
  deadline: Deadline;
  log: Log;
  twilio: { readonly sync: SyncClient; readonly messaging: MessagingClient };
}

/**
 * Notes that an email failed for a reason that keeps all of them from going out, and tells people once that has lasted
 * for `BACKUP_AFTER_MINUTES`. Never throws: the next failed email tries again.
 */
export async function noteEmailOutage(parts: Parts, problem: EmailProblem): Promise<void> {
  const { environment, log, twilio } = parts;
  const { BACKUP_SMS_TO: to, BACKUP_WEBHOOK_URL: url, BACKUP_AFTER_MINUTES: minutes } = environment.values;
  if (to === undefined && url === undefined) return;
  try {
    const [document, success] = await Promise.all([
      twilio.sync.fetchDocument(OUTAGE_DOCUMENT),
      twilio.sync.getMapItem(HEALTH_MAP, 'success'),
    ]);
    const known = document && parseIfValid(outageSchema, document.data);
    const lastSuccessAt = typeof success?.data.at === 'number' ? success.data.at : undefined;
    const now = Date.now();
    const verdict = judgeOutage(known, lastSuccessAt, now, Number(minutes ?? DEFAULT_AFTER_MINUTES) * 60_000);
    if (verdict === 'wait') return;
    if (verdict === 'begin') {
      await store(twilio.sync, { since: now }, document?.revision);
      return;
    }
    // Noted first, so that of several invocations one tells.
    const revision = await store(twilio.sync, { ...known!, tellingUntil: now + TELLING_MS }, document?.revision);
    if (await tell(parts, known!, problem)) await store(twilio.sync, { since: known!.since, toldAt: now }, revision);
  } catch (error) {
    if (!isTwilioError(error, 'precondition-failed', 'conflict'))
      log.warn('email outage not noted', { code: errorCode(error) });
  }
}

/** @throws TwilioError `precondition-failed` or `conflict` when another invocation was faster */
function store(sync: SyncClient, outage: EmailOutage, revision: string | undefined): Promise<string> {
  return revision === undefined
    ? sync.createDocument(OUTAGE_DOCUMENT, outage, OUTAGE_TTL_SECONDS)
    : sync.updateDocument(OUTAGE_DOCUMENT, outage, revision, OUTAGE_TTL_SECONDS);
}

/** @returns whether anybody was told */
async function tell(parts: Parts, outage: EmailOutage, problem: EmailProblem): Promise<boolean> {
  const told = await Promise.all([sendMessages(parts, outage, problem), callWebhook(parts, outage, problem)]);
  parts.log[told.includes(true) ? 'info' : 'error']('email outage told', {
    outcome: told.includes(true) ? 'told' : 'failed',
  });
  return told.includes(true);
}

async function sendMessages(
  { environment, timeZone, log, twilio }: Parts,
  { since }: EmailOutage,
  problem: EmailProblem,
): Promise<boolean> {
  const { BACKUP_SMS_TO: to, BACKUP_SMS_FROM: from } = environment.values;
  if (to === undefined || from === undefined) return false;
  const time = new Intl.DateTimeFormat('en-US', { timeZone, dateStyle: 'medium', timeStyle: 'short' }).format(since);
  const body = `Voicemail emails have not gone out since ${time} (${problem}). Voicemails are in Flex, and emails wait. See the email panel in Flex.`;
  const sent = await Promise.allSettled(splitKeys(to).map((one) => twilio.messaging.sendMessage(from, one, body)));
  for (const one of sent)
    if (one.status === 'rejected') log.error('backup message not sent', { code: errorCode(one.reason) });
  return sent.some(({ status }) => status === 'fulfilled');
}

async function callWebhook(
  { environment, deadline, log }: Parts,
  { since }: EmailOutage,
  problem: EmailProblem,
): Promise<boolean> {
  const { BACKUP_WEBHOOK_URL: url } = environment.values;
  const time = Math.min(WEBHOOK_TIMEOUT_MS, deadline.remaining() - RESERVE_MS);
  if (url === undefined || time <= 0) return false;
  try {
    const response = await deadline.within(time, (signal) =>
      fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ event: 'email-outage', since: new Date(since).toISOString(), problem }),
        redirect: 'error',
        signal,
      }),
    );
    await response.body?.cancel();
    if (!response.ok) log.error('backup webhook refused', { status: response.status });
    return response.ok;
  } catch (error) {
    log.error('backup webhook failed', { code: errorCode(error) });
    return false;
  }
}
