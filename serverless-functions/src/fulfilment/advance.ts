import type { Invocation } from '../invocation';
import { isUnderReview, type LedgerEntry, withMailAwaitingTranscript } from '../ledger/entry';
import type { Held } from '../ledger/ledger';
import {
  type Claim,
  type EmailOutcome,
  emailIsClaimable,
  isFree,
  type TaskOutcome,
  taskIsClaimable,
  withClaims,
  withEmailOutcome,
  withTaskOutcome,
} from '../ledger/steps';
import { type EmailConfig, readEmailConfig } from '../notification/email-config';
import { recordHealth } from '../notification/email-health';
import { discardDownload, type PendingDownload } from '../notification/recording-download';
import { errorCode, isTwilioError } from '../runtime/errors';
import { makeTask } from './make-task';
import { withTranscriptText } from './task-attributes';

/** What the caller may have started beforehand, so that it runs beside the claim and not after it. */
export interface HeadStart {
  plan?: Promise<EmailConfig>;
  download?: PendingDownload;
}

/** For whoever knows that there is no mail to send, or leaves it to others. */
export const MAIL_NOT_LOOKED_AT: EmailConfig = { ok: false, problem: 'not-needed' };

export interface Advanced extends Held {
  /** This invocation made the task, with all the entry held then. */
  madeTask: boolean;
}

/**
 * Brings an entry as far as it goes now: claims what is open and nobody works on, makes the task and sends the mail
 * side by side, and writes both outcomes in one write. Whoever finds everything claimed does nothing.
 * @param news applied with the claim, in the same write (a recording that arrived, a transcript)
 * @returns the entry afterwards; undefined when there is none
 * @throws TwilioError when Sync is out of reach; nothing was begun then, or what was begun is taken over later
 */
export async function advance(
  invocation: Invocation,
  from: string | Held,
  news: (entry: LedgerEntry) => LedgerEntry,
  headStart: HeadStart = {},
): Promise<Advanced | undefined> {
  const { ledger, environment, owner, log, sendEmail } = invocation;
  const started = Date.now();
  let download = headStart.download;
  try {
    const held = typeof from === 'string' ? await ledger.find(from) : from;
    if (held === undefined) return undefined;
    const plan = await (headStart.plan ?? planIfNeeded(invocation, held.entry));
    let claim: Claim = { task: false, email: false };
    const claimed = await ledger.change(
      held,
      (entry) => {
        const now = Date.now();
        const told = withMailSwitch(news(entry), plan, now);
        claim = {
          task: taskIsClaimable(told, now),
          email: sendEmail !== undefined && plan.ok && emailIsClaimable(told, plan.settings.send_when, now),
        };
        return claim.task || claim.email ? withClaims(told, claim, owner, now) : told;
      },
      () => !claim.task && !claim.email,
    );
    if (claimed === undefined) return undefined;
    if (!claim.task && !claim.email) return { ...claimed, madeTask: false };
    const { entry } = claimed;
    const [task, email] = await Promise.all([
      claim.task ? makeTask(entry, () => invocation.twilio.taskRouter, invocation.timeZone) : undefined,
      claim.email && plan.ok && sendEmail
        ? sendEmail({
            entry,
            settings: plan.settings,
            rules: plan.rules,
            environment,
            timeZone: invocation.timeZone,
            deadline: invocation.deadline,
            media: () => invocation.twilio.recordingMedia,
            pendingDownload: take(),
          })
        : undefined,
    ]);
    report(invocation, entry, task, email, Date.now() - started);
    const noted = noteMail(invocation, email);
    const settled = await ledger
      .change(claimed, (current) => {
        const now = Date.now();
        const withTask = task === undefined ? current : withTaskOutcome(current, task, now);
        return email === undefined ? withTask : withEmailOutcome(withTask, email, now);
      })
      .finally(() => noted);
    const knewTranscript = entry.transcript.state === 'ready' && !(task?.made && task.found);
    if (settled && task?.made && !knewTranscript && settled.entry.transcript.state === 'ready')
      await addTranscriptToTask(invocation, settled.entry);
    if (settled) await ledger.catchUp(settled.entry);
    return settled && { ...settled, madeTask: task?.made === true && !task.found };
  } catch (error) {
    log.warn('entry not advanced', { code: errorCode(error) });
    throw error;
  } finally {
    await discardDownload(download);
  }

  /** Hands the download over: whoever sends the mail ends it. */
  function take(): PendingDownload | undefined {
    const taken = download;
    download = undefined;
    return taken;
  }
}

/** Of a mail that was really tried. */
async function noteMail({ twilio, log }: Invocation, email: EmailOutcome | undefined): Promise<void> {
  if (email?.result === 'sent') await recordHealth(() => twilio.sync, log, 'success');
  else if (email?.result === 'failed' || (email?.result === 'later' && !email.untried))
    await recordHealth(() => twilio.sync, log, 'failure', email.problem);
}

/** Settings and rules matter only while there is a mail to send. */
async function planIfNeeded({ twilio, environment }: Invocation, { email }: LedgerEntry) {
  const isOpen = email.state === 'pending' || email.state === 'sending';
  return isOpen ? readEmailConfig(() => twilio.sync, environment) : MAIL_NOT_LOOKED_AT;
}

/** Mail that is switched off is final at once; settings that cannot be read leave it waiting. */
function withMailSwitch(entry: LedgerEntry, reading: EmailConfig, now: number): LedgerEntry {
  const { state, nextTryAt, lease } = entry.email;
  if (entry.recording.state !== 'completed' || isUnderReview(entry) || reading === MAIL_NOT_LOOKED_AT) return entry;
  // One whose sender died counts as well: switched off is switched off.
  const isAbandoned = state === 'sending' && isFree(lease, now);
  if (reading.ok && !reading.settings.enabled && (state === 'pending' || isAbandoned))
    return withEmailOutcome(entry, { result: 'off' }, now);
  if (state !== 'pending') return entry;
  if (reading.ok) {
    const { send_when: sendWhen } = reading.settings;
    return sendWhen === 'transcribed' ? withMailAwaitingTranscript(entry, now) : entry;
  }
  if (nextTryAt > now) return entry;
  return withEmailOutcome(
    entry,
    { result: 'later', problem: reading.problem, mayHaveBeenSent: false, untried: true },
    now,
  );
}

function report(
  { log }: Invocation,
  entry: LedgerEntry,
  task: TaskOutcome | undefined,
  email: EmailOutcome | undefined,
  ms: number,
): void {
  const about = { entry: entry.id, recordingSid: entry.recording.sid, ms };
  if (task?.made) log.info('task created', { ...about, taskSid: task.sid, attempt: entry.task.tries });
  else if (task) log.warn('task not created', { ...about, code: task.problem, attempt: entry.task.tries });
  if (email === undefined) return;
  const fields = { ...about, outcome: email.result, attempt: entry.email.tries };
  if (email.result === 'sent')
    log.info('mail accepted', {
      ...fields,
      recipients: email.recipients.length,
      duration: entry.recording.seconds,
      size: email.attachedBytes,
    });
  else if (email.result !== 'off') log.warn('mail not sent', { ...fields, code: email.problem });
}

/**
 * Adds the transcript to the task's attributes, as long as the task is there; the ledger has it in any case, so a
 * task that is written to by others all the time is left after a few tries.
 */
export async function addTranscriptToTask(invocation: Invocation, entry: LedgerEntry): Promise<void> {
  const { sid } = entry.task;
  if (sid === undefined) return;
  for (let round = 0; round < 3; round += 1) {
    const task = await invocation.twilio.taskRouter.fetchTask(sid);
    const attributes = task && withTranscriptText(task.attributes, entry);
    if (!task?.etag || attributes === undefined) return;
    try {
      await invocation.twilio.taskRouter.updateAttributes(sid, task.etag, attributes);
      return;
    } catch (error) {
      if (isTwilioError(error, 'refused', 'not-found')) return;
      if (!isTwilioError(error, 'precondition-failed')) throw error;
    }
  }
}
