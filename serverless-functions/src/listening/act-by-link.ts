import type { EmailRecipient } from '@callback-and-voicemail/contract';
import { startReadingBusinessNumbers } from '../fulfilment/business-numbers';
import { HANDLED_FROM_EMAIL_REASON } from '../fulfilment/task-ending';
import { InboxRefused } from '../inbox/inbox-refusal';
import { INBOX_ACTS, type InboxAct, REMINDERS, reminderTime } from '../inbox/inbox-view';
import { readPageToken } from '../inbox/page-token';
import { callFromInbox } from '../inbox/place-inbox-call';
import { showTaker } from '../inbox/show-taker';
import type { Invocation } from '../invocation';
import { currentTaskSid } from '../ledger/entry';
import { isOpenForInbox, isSameAddress } from '../ledger/inbox-changes';
import type { VersionedEntry } from '../ledger/ledger';
import { isSampleLink } from '../notification/listen-link';
import { errorCode, isOutcomeUnknown, isTwilioError, TwilioError } from '../runtime/errors';
import { isAssigned, isWaiting, type Task } from '../twilio/taskrouter';
import { type OpenedLink, requireValidLink, withOpenLink } from './open-link';

/** A task that others keep changing is left alone after this many. */
const CANCEL_ATTEMPTS = 3;

/**
 * Does what a recipient pressed on the page behind their link. The page's own token must come with it: a link alone does
 * nothing. Whatever is repeated has no second effect.
 * @throws InboxRefused when it is not done; FlexBadRequest `too-many-requests`, `audit-unavailable`; TwilioError
 */
export async function actByLink(invocation: Invocation, event: Record<string, unknown>): Promise<void> {
  const link = requireValidLink(invocation, event);
  const page = readPageToken(invocation.environment, event.link, event.page);
  const act = INBOX_ACTS.find((one) => one === event.act);
  if (page === undefined || act === undefined || isSampleLink(link)) throw new InboxRefused('page-expired');
  const isOurs = act === 'call' ? startReadingBusinessNumbers(invocation) : async () => false;
  const detail = act === 'remind' ? REMINDERS.find((one) => one === event.when) : undefined;
  const noted = { act: `inbox-${act}`, ...(detail === undefined ? {} : { detail }) } as const;
  await withOpenLink(invocation, link, noted, async (opened) => {
    requireOffered(act, opened);
    await ACTS[act](invocation, opened, { event, page, isOurs });
  });
}

interface Pressed {
  event: Record<string, unknown>;
  /** The random name of the page's rendering. */
  page: string;
  isOurs(number: string): Promise<boolean>;
}

type Perform = (invocation: Invocation, opened: OpenedLink, pressed: Pressed) => Promise<void>;

const ACTS: Record<InboxAct, Perform> = {
  take: (invocation, { current, recipient }) => take(invocation, current, recipient),
  'give-back': (invocation, { current, recipient }) => giveBack(invocation, current, recipient),
  finish: (invocation, { current, recipient }) => finish(invocation, current, recipient),
  remind: (invocation, opened, { event }) => remind(invocation, opened, event.when),
  async call(invocation, { current, recipient }, { page, isOurs }) {
    await requireUnheld(invocation, current);
    const called = await callFromInbox(invocation, current, recipient, page, isOurs);
    await showTakerNow(invocation, called);
  },
};

/** Giving back has none: whoever has it, since a call or before a switch was turned off, must be able to. */
const SWITCHES = {
  take: 'inbox_take',
  finish: 'inbox_take',
  remind: 'inbox_remind',
  call: 'inbox_call',
} as const satisfies Partial<Record<InboxAct, keyof OpenedLink['settings']>>;

/** @throws InboxRefused `act-off`, `handled`, `taken-by-other` */
function requireOffered(act: InboxAct, { entry, settings, recipient }: OpenedLink): void {
  if (act !== 'give-back' && !settings[SWITCHES[act]]) throw new InboxRefused('act-off');
  if (!isOpenForInbox(entry)) throw new InboxRefused('handled');
  const isOthers = entry.taken !== undefined && !isSameAddress(entry.taken.address, recipient.address);
  if (isOthers && act !== 'remind') throw new InboxRefused('taken-by-other');
}

async function take(invocation: Invocation, current: VersionedEntry, recipient: EmailRecipient): Promise<void> {
  if (current.entry.taken !== undefined) return;
  await requireUnheld(invocation, current);
  const { address, name } = recipient;
  const after = await invocation.ledger.apply(current, { type: 'inbox-taken', address, name }, { as: 'awaited' });
  if (after?.entry.taken === undefined || !isSameAddress(after.entry.taken.address, address))
    throw new InboxRefused('taken-by-other');
  await showTakerNow(invocation, after);
}

async function giveBack(invocation: Invocation, current: VersionedEntry, { address }: EmailRecipient): Promise<void> {
  const after = await invocation.ledger.apply(current, { type: 'inbox-given-back', address }, { as: 'awaited' });
  if (after !== undefined) await showTakerNow(invocation, after);
}

/** Only what the recipient has taken: the task is canceled first, so that no agent is offered it after the page says so. */
async function finish(invocation: Invocation, current: VersionedEntry, recipient: EmailRecipient): Promise<void> {
  const { entry } = current;
  if (entry.taken === undefined) throw new InboxRefused('page-expired');
  const taskSid = currentTaskSid(entry);
  // It is being created: in a moment it can be canceled.
  if (taskSid === undefined) throw new TwilioError(`task of ${entry.id}`, { failure: 'unavailable' });
  await cancelTask(invocation, taskSid);
  await invocation.ledger.apply(
    current,
    { type: 'task-handled', taskSid, at: Date.now(), worker: recipient.name ?? recipient.address },
    { as: 'awaited' },
  );
  invocation.log.info('task handled', { entry: entry.id, taskSid });
}

async function remind(
  { ledger, timeZone }: Invocation,
  { current, settings, recipient }: OpenedLink,
  when: unknown,
): Promise<void> {
  const choice = REMINDERS.find((one) => one === when);
  if (choice === undefined) throw new InboxRefused('page-expired');
  const at = reminderTime(choice, settings.time_zone ?? timeZone, Date.now());
  await ledger.apply(current, { type: 'reminder-requested', address: recipient.address, at }, { as: 'awaited' });
}

/** @throws InboxRefused when an agent has the task, or it has ended */
async function requireUnheld(invocation: Invocation, { entry }: VersionedEntry): Promise<void> {
  const taskSid = currentTaskSid(entry);
  if (taskSid !== undefined) requireWaiting(await invocation.twilio.taskRouter.fetchTask(taskSid));
}

function requireWaiting(task: Task | undefined): asserts task is Task {
  if (task !== undefined && isAssigned(task)) throw new InboxRefused('held-by-agent');
  if (task === undefined || !isWaiting(task)) throw new InboxRefused('handled');
}

/**
 * Cancels a waiting task. One that another invocation has canceled for the same reason counts as done.
 * @throws InboxRefused when an agent was faster, or it has ended otherwise; TwilioError
 */
async function cancelTask({ twilio }: Invocation, taskSid: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const task = await twilio.taskRouter.fetchTask(taskSid);
    if (task?.status === 'canceled' && task.reason === HANDLED_FROM_EMAIL_REASON) return;
    requireWaiting(task);
    if (task.etag === undefined) throw new TwilioError(`task ${taskSid}`, { failure: 'unavailable' });
    try {
      return await twilio.taskRouter.cancelTask(taskSid, task.etag, HANDLED_FROM_EMAIL_REASON, task.attributes);
    } catch (error) {
      const isSettledByReading = isOutcomeUnknown(error) || isTwilioError(error, 'precondition-failed', 'refused');
      if (attempt >= CANCEL_ATTEMPTS || !isSettledByReading) throw error;
    }
  }
}

/** The ledger has it already, so a sweep makes up for a failure. Never throws. */
async function showTakerNow(invocation: Invocation, current: VersionedEntry): Promise<void> {
  if (current.entry.takenSyncDueAt === undefined) return;
  try {
    await showTaker(invocation, current);
  } catch (error) {
    invocation.log.warn('taker not shown on the task', { entry: current.entry.id, code: errorCode(error) });
  }
}
