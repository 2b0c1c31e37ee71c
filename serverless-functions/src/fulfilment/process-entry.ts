import { type EmailSettings, isOutageProblem, waitsForTranscript } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import {
  isCarrier,
  isClosingOpen,
  isEmailOpen,
  isMailWorthy,
  isSendable,
  isUnderReview,
  type LedgerEntry,
  type SendableEntry,
} from '../ledger/entry';
import type { LedgerEvent } from '../ledger/events';
import { areRemindersDue } from '../ledger/inbox-changes';
import type { ClaimAttempt, EntryRef, VersionedEntry } from '../ledger/ledger';
import {
  type ClosingOutcome,
  type EmailOutcome,
  type ReminderOutcome,
  type TaskOutcome,
  toClosingEvent,
  toEmailEvent,
  toReminderEvent,
  toTaskEvent,
} from '../ledger/outcomes';
import { isLeaseAvailable, mailDueAt } from '../ledger/schedule';
import { transition, transitionAll } from '../ledger/transitions';
import { noteEmailOutage } from '../notification/backup-notification';
import { type EmailConfig, readEmailConfig } from '../notification/email-config';
import { recordHealth } from '../notification/email-health';
import { fallbackAddress } from '../notification/fallback-recipient';
import { discardDownload, type PendingDownload } from '../notification/recording-download';
import { createAllowance } from '../notification/send-allowance';
import { hourlyLimits } from '../runtime/environment';
import { errorCode, isTwilioError } from '../runtime/errors';
import { startEarly } from '../runtime/start-early';
import type { Task } from '../twilio/taskrouter';
import { EmailAhead } from './email-ahead';
import { findOrCreateTask, findTaskForEntry } from './find-or-create-task';
import { type CallerMailsReading, MailCount } from './mail-count';
import { withTranscriptText } from './task-attributes';

/** Requests that the caller of `processEntry` has already started, so that they run in parallel with the claim. */
export interface Prefetched {
  emailConfig?: Promise<EmailConfig>;
  download?: PendingDownload;
  callerMails?: CallerMailsReading;
}

/** For callers that have no email to send, or leave it to others. */
export const EMAIL_STEP_SKIPPED: EmailConfig = { ok: false, problem: 'unknown', detail: 'not-needed' };

export interface ProcessedEntry extends VersionedEntry {
  /** This invocation created the task, with all that the entry held then. */
  createdTask: boolean;
}

interface Claim {
  task: boolean;
  email: boolean;
  closing: boolean;
  reminders: boolean;
}

const TRANSCRIPT_UPDATE_ATTEMPTS = 3;

/**
 * Brings an entry as far as it goes now: claims the open steps that are not being worked on, creates the task and sends
 * the email in parallel, and writes both outcomes in one write. When everything is claimed already it does nothing.
 * @param events applied in the same write as the claim (a recording that arrived, a transcript)
 * @returns the entry afterwards; undefined when there is none
 * @throws TwilioError when Sync is out of reach: nothing was begun, or what was begun is taken over later
 */
export async function processEntry(
  invocation: Invocation,
  ref: EntryRef,
  events: readonly LedgerEvent[] = [],
  prefetched: Prefetched = {},
): Promise<ProcessedEntry | undefined> {
  const { ledger, log } = invocation;
  const startedAt = Date.now();
  const download = new DownloadOwner(prefetched.download);
  const count = new MailCount(invocation, prefetched.callerMails);
  let ahead: EmailAhead | undefined;
  try {
    const current = typeof ref === 'string' ? await ledger.find(ref) : ref;
    if (current === undefined) return undefined;
    count.startReading(current.entry);
    const expected = transitionAll(current.entry, events, startedAt);
    const emailConfig = await (prefetched.emailConfig ?? readEmailConfigIfNeeded(invocation, expected));
    const attempt = claimSteps(invocation, current.entry, events, emailConfig);
    const lookup = startFirstLookup(invocation, attempt);
    if (attempt.claim?.email) await count.begin(attempt.entry, emailConfig);
    ahead = beginEmailAhead(invocation, attempt, emailConfig, download, count);
    let tries = 0;
    const claimed = await ledger.claim(current, (entry) => {
      tries += 1;
      return claimSteps(invocation, entry, events, emailConfig);
    });
    // Another version of the entry was claimed: the email that was begun may say what is not so any more.
    if (tries > 1) await ahead?.stop();
    if (claimed?.claim === undefined) {
      if (claimed !== undefined)
        await Promise.all([ledger.ensureListed(claimed.entry), queueEmail(invocation, claimed.entry)]);
      return claimed && { ...claimed, createdTask: false };
    }
    const { entry } = claimed;
    const { task, email, closing, reminders } = await runSteps(invocation, claimed, emailConfig, {
      lookup,
      download,
      count,
      ahead: tries > 1 ? undefined : ahead,
    });
    logOutcomes(invocation, entry, task, email, Date.now() - startedAt);
    const recorded = recordEmailHealth(invocation, email);
    const outcomes = [
      ...toEvents({ task, email, closing, reminders }, invocation.owner),
      ...fallbackEvents(invocation, email, emailConfig),
    ];
    const after = await ledger.apply(claimed, outcomes).finally(() => recorded);
    await count.finish(entry, email);
    if (after === undefined) return undefined;
    const taskHasTranscript = entry.transcript.state === 'ready' && !(task?.created && task.existing);
    if (task?.created && !taskHasTranscript && after.entry.transcript.state === 'ready')
      await addTranscriptToTask(invocation, after.entry);
    await Promise.all([ledger.flushRows(after.entry), queueEmail(invocation, after.entry)]);
    return { ...after, createdTask: task?.created === true && !task.existing };
  } catch (error) {
    log.warn('entry not processed', { code: errorCode(error) });
    throw error;
  } finally {
    await Promise.all([ahead?.stop(), download.drop(), count.end()]);
  }
}

interface StepOutcomes {
  task?: TaskOutcome;
  email?: EmailOutcome;
  closing?: ClosingOutcome;
  reminders?: ReminderOutcome;
}

/** What was begun beside the claim. */
interface BegunSteps {
  lookup: Promise<Task | undefined> | undefined;
  download: DownloadOwner;
  count: MailCount;
  ahead: EmailAhead | undefined;
}

/** Carries out what was claimed, in parallel. Never throws. */
async function runSteps(
  invocation: Invocation,
  { entry, claim }: ClaimAttempt<Claim>,
  emailConfig: EmailConfig,
  begun: BegunSteps,
): Promise<StepOutcomes> {
  const { twilio, timeZone } = invocation;
  const [task, email, closing, reminders] = await Promise.all([
    claim?.task ? findOrCreateTask(entry, () => twilio.taskRouter, timeZone, false, begun.lookup) : undefined,
    claim?.email ? runEmailStep(invocation, entry, emailConfig, begun) : undefined,
    claim?.closing ? runClosingStep(invocation, entry, emailConfig) : undefined,
    claim?.reminders ? runReminderStep(invocation, entry, emailConfig) : undefined,
  ]);
  return { task, email, closing, reminders };
}

const toEvents = ({ task, email, closing, reminders }: StepOutcomes, owner: string): LedgerEvent[] => [
  ...(task ? [toTaskEvent(task)] : []),
  ...(email ? [toEmailEvent(email)] : []),
  ...(closing ? [toClosingEvent(closing)] : []),
  ...(reminders ? [toReminderEvent(reminders, owner)] : []),
];

/** Tells the worker of a mail that is still to be sent: now, or after a pause. Never throws. */
async function queueEmail({ emailQueue }: Invocation, entry: LedgerEntry): Promise<void> {
  const dueAt = mailDueAt(entry);
  if (dueAt !== undefined) await emailQueue?.add(entry.id, dueAt);
}

/**
 * The search for a task beside the first claim of its step, which saves a round: before that, no invocation with the
 * ledger has created one. After an earlier attempt, only a search that follows the claim says something.
 */
function startFirstLookup(
  { twilio }: Invocation,
  { entry, claim }: ClaimAttempt<Claim>,
): Promise<Task | undefined> | undefined {
  if (claim?.task !== true || entry.task.attempts > 1) return undefined;
  return startEarly(() => findTaskForEntry(entry, twilio.taskRouter));
}

/** Holds a download until it is taken. The code that takes it must end it; otherwise it is discarded. */
class DownloadOwner {
  constructor(private download: PendingDownload | undefined) {}

  take(): PendingDownload | undefined {
    const { download } = this;
    this.download = undefined;
    return download;
  }

  async drop(): Promise<void> {
    await discardDownload(this.take());
  }
}

/** Applies the events, then claims the steps that are due. Pure but for the clock. */
function claimSteps(
  { owner, sendEmail, leaseMs }: Invocation,
  entry: LedgerEntry,
  events: readonly LedgerEvent[],
  emailConfig: EmailConfig,
): ClaimAttempt<Claim> {
  const now = Date.now();
  const ready = applyEmailSettings(transitionAll(entry, events, now), emailConfig, now);
  const withTask = transition(ready, { type: 'task-claimed', owner, leaseMs }, now);
  const withBoth =
    sendEmail !== undefined && emailConfig.ok
      ? transition(withTask, { type: 'email-claimed', owner, leaseMs, sendWhen: sendWhen(emailConfig.settings) }, now)
      : withTask;
  const maySend = sendEmail !== undefined && emailConfig.ok;
  const withClosing = maySend ? transition(withBoth, { type: 'closing-claimed', owner, leaseMs }, now) : withBoth;
  const withAll = maySend ? transition(withClosing, { type: 'reminders-claimed', owner }, now) : withClosing;
  const claim: Claim = {
    task: withTask !== ready,
    email: withBoth !== withTask,
    // A claim of one that an invocation died with drops it.
    closing: withClosing !== withBoth && withClosing.closing?.state === 'sending',
    reminders: withAll !== withClosing && addressesToRemind(withAll, owner).length > 0,
  };
  return { entry: withAll, claim: Object.values(claim).includes(true) ? claim : undefined };
}

async function runClosingStep(
  { environment, timeZone, deadline, log, twilio, sendEmail }: Invocation,
  entry: LedgerEntry,
  emailConfig: EmailConfig,
): Promise<ClosingOutcome | undefined> {
  if (!emailConfig.ok || sendEmail === undefined) return undefined;
  const { settings, rules, unconfirmed } = emailConfig;
  const voice = () => twilio.voice;
  const allowance = createAllowance(environment, () => twilio.sync, log);
  return sendEmail.closing({
    ...{ entry, settings, rules, unconfirmed, environment, timeZone, deadline, log, voice },
    allowance,
  });
}

const addressesToRemind = ({ reminders = [] }: LedgerEntry, owner: string) =>
  reminders.flatMap(({ address, lease }) => (lease?.owner === owner ? [address] : []));

async function runReminderStep(
  { environment, origin, timeZone, deadline, log, twilio, sendEmail, owner }: Invocation,
  entry: LedgerEntry,
  emailConfig: EmailConfig,
): Promise<ReminderOutcome | undefined> {
  if (!emailConfig.ok || sendEmail === undefined) return undefined;
  const { settings, rules, unconfirmed } = emailConfig;
  const allowance = createAllowance(environment, () => twilio.sync, log);
  const addresses = addressesToRemind(entry, owner);
  return sendEmail.reminders({
    ...{ entry, addresses, settings, rules, unconfirmed, environment, origin, timeZone, deadline, log, allowance },
  });
}

async function runEmailStep(
  invocation: Invocation,
  entry: LedgerEntry,
  emailConfig: EmailConfig,
  { ahead, count, download }: BegunSteps,
): Promise<EmailOutcome | undefined> {
  if (!emailConfig.ok || invocation.sendEmail === undefined || !isSendable(entry)) return undefined;
  const held = await count.settle(entry, emailConfig);
  const others = held === undefined ? await count.takeOthers(entry) : undefined;
  if (ahead !== undefined && others?.length === 0) return ahead.complete();
  // The provider waits for it no longer than it must.
  await ahead?.stop();
  if (held !== undefined) return held;
  if (others === undefined) return othersUnknown(entry);
  return invocation.sendEmail({
    ...emailJob(invocation, entry, emailConfig),
    others,
    pendingDownload: download.take(),
  });
}

/**
 * Begins the first attempt at an email beside its claim, where nothing but the claim stands between: it goes singly, and
 * no provider's hourly limit is counted.
 */
function beginEmailAhead(
  invocation: Invocation,
  { entry, claim }: ClaimAttempt<Claim>,
  emailConfig: EmailConfig,
  download: DownloadOwner,
  count: MailCount,
): EmailAhead | undefined {
  const { sendEmail, environment } = invocation;
  if (!claim?.email || !emailConfig.ok || sendEmail === undefined || !isSendable(entry)) return undefined;
  const { email } = entry;
  const isFirst = email.attempts === 1 && email.deliveryUncertainSince === undefined && !isCarrier(entry);
  if (!isFirst || !count.expectsSingle(entry, emailConfig) || hourlyLimits(environment) !== undefined) return undefined;
  const job = emailJob(invocation, entry, emailConfig);
  return new EmailAhead((release) => sendEmail({ ...job, others: [], release, pendingDownload: download.take() }));
}

function emailJob(
  { environment, origin, timeZone, deadline, log, twilio }: Invocation,
  entry: SendableEntry,
  { settings, rules, unconfirmed }: Extract<EmailConfig, { ok: true }>,
) {
  const media = () => twilio.recordingMedia;
  const allowance = createAllowance(environment, () => twilio.sync, log);
  return { entry, settings, rules, unconfirmed, environment, origin, timeZone, deadline, log, media, allowance };
}

/** Sync does not say which others the email is to tell of: it waits, since they get none of their own. */
const othersUnknown = ({ email }: SendableEntry): EmailOutcome => ({
  result: 'later',
  lastError: 'twilio-unavailable',
  deliveryUncertain: email.deliveryUncertainSince !== undefined,
  notAttempted: true,
});

/** An email that every recipient was refused goes to the fall-back recipient, whom the next sweep sends it. */
function fallbackEvents(
  { environment }: Invocation,
  email: EmailOutcome | undefined,
  config: EmailConfig,
): LedgerEvent[] {
  const address = email?.result === 'failed' ? fallbackAddress(config, environment) : undefined;
  return address === undefined ? [] : [{ type: 'fallback-requested', address }];
}

/** For emails that were really tried, and for what keeps them from being tried. */
async function recordEmailHealth(invocation: Invocation, email: EmailOutcome | undefined): Promise<void> {
  const { twilio, log } = invocation;
  if (email?.result === 'sent') await recordHealth(() => twilio.sync, log, 'success');
  if (email?.result !== 'failed' && email?.result !== 'later') return;
  const isTried = email.result === 'failed' || !email.notAttempted;
  await Promise.all([
    isTried ? recordHealth(() => twilio.sync, log, 'failure', email.lastError) : undefined,
    isOutageProblem(email.lastError) ? noteEmailOutage(invocation, email.lastError) : undefined,
  ]);
}

/** Settings and rules matter only while there is an email to send. */
async function readEmailConfigIfNeeded({ twilio, environment }: Invocation, entry: LedgerEntry): Promise<EmailConfig> {
  return isEmailOpen(entry) || isClosingOpen(entry) || areRemindersDue(entry, Date.now())
    ? readEmailConfig(() => twilio.sync, environment)
    : EMAIL_STEP_SKIPPED;
}

/** A mail that leaves the transcript out does not wait for it. */
const sendWhen = (settings: EmailSettings) => (waitsForTranscript(settings) ? 'transcribed' : 'recorded');

/** An email that is switched off is final at once; settings that cannot be read leave it waiting. */
function applyEmailSettings(before: LedgerEntry, emailConfig: EmailConfig, now: number): LedgerEntry {
  const isClosingWanted = !emailConfig.ok || (emailConfig.settings.enabled && emailConfig.settings.closing_email);
  const entry = isClosingWanted ? before : transition(before, { type: 'closing-skipped' }, now);
  const { email } = entry;
  if (!isMailWorthy(entry) || isUnderReview(entry) || emailConfig === EMAIL_STEP_SKIPPED) return entry;
  if (emailConfig.ok && !emailConfig.settings.enabled) {
    const isBeingSent = email.state === 'sending' && !isLeaseAvailable(email.lease, now);
    return isBeingSent ? entry : transition(entry, { type: 'email-switched-off' }, now);
  }
  if (email.state !== 'pending') return entry;
  if (emailConfig.ok) {
    const waits = waitsForTranscript(emailConfig.settings);
    return waits ? transition(entry, { type: 'email-awaits-transcript' }, now) : entry;
  }
  if (email.runAt > now) return entry;
  return transition(
    entry,
    {
      type: 'email-deferred',
      lastError: emailConfig.problem,
      lastErrorDetail: emailConfig.detail,
      deliveryUncertain: false,
      notAttempted: true,
    },
    now,
  );
}

const HELD_BACK: ReadonlySet<EmailOutcome['result']> = new Set(['carries', 'summarized', 'uncounted']);

function logOutcomes(
  { log }: Invocation,
  entry: LedgerEntry,
  task: TaskOutcome | undefined,
  email: EmailOutcome | undefined,
  ms: number,
): void {
  const { recording } = entry;
  const about = { entry: entry.id, recordingSid: recording.recordingSid, ms };
  const taskAttempt = { ...about, attempt: entry.task.attempts };
  if (task?.created) log.info('task created', { ...taskAttempt, taskSid: task.taskSid });
  else if (task) log.warn('task not created', { ...taskAttempt, code: task.error });
  if (email === undefined || !isSendable(entry)) return;
  const emailAttempt = { ...about, outcome: email.result, attempt: entry.email.attempts };
  if (email.result === 'sent')
    log.info('email accepted', {
      ...emailAttempt,
      recipients: email.recipients.length,
      duration: entry.recording.seconds,
      size: email.attachedBytes,
    });
  else if (HELD_BACK.has(email.result)) log.info('email held back', emailAttempt);
  else if (email.result === 'failed' || email.result === 'later')
    log.warn('email not sent', { ...emailAttempt, code: email.lastErrorDetail ?? email.lastError });
}

/**
 * Adds the transcript to the task's attributes while the task exists. The ledger holds the transcript in any case, so a
 * task that others keep changing is left alone after a few attempts.
 */
export async function addTranscriptToTask({ twilio }: Invocation, entry: LedgerEntry): Promise<void> {
  if (entry.task.state !== 'created') return;
  try {
    await twilio.taskRouter.updateTaskAttributes(
      entry.task.sid,
      (attributes) => withTranscriptText(attributes, entry),
      { attempts: TRANSCRIPT_UPDATE_ATTEMPTS },
    );
  } catch (error) {
    if (!isTwilioError(error, 'refused', 'not-found', 'precondition-failed')) throw error;
  }
}
