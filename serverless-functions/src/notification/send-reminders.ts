import { addressKey, type EmailRecipient, isAllowedRecipient, isolateText } from '@callback-and-voicemail/contract';
import { type Message, placeholder, type Recipient } from '../email-providers/provider';
import type { ReminderOutcome } from '../ledger/outcomes';
import { errorCode } from '../runtime/errors';
import { toSingleLine } from '../runtime/text';
import { allowedRecipients } from './allowed-recipients';
import { chosenRecipients } from './chosen-recipients';
import { voicemailFacts } from './compose-email';
import { deliverMessage } from './deliver-message';
import type { ReminderJob } from './email-job';
import { composeFollowUp } from './follow-up';
import { canLink, linkEnd, listenUrl } from './listen-link';
import { messageIdFor } from './mail-account';
import { createMailer, type Mailer } from './mailer';
import { callerLabel } from './message';

/** Kept back for the ledger. */
const LEDGER_WRITE_RESERVE_MS = 1_500;
/** Names the value that each recipient's copy has in the place of the link. */
const LISTEN = 'listen';

/**
 * Reminds recipients who asked for it, as far as they may still get mail about the voicemail, unless reminders were
 * switched off since. Never throws. An email whose
 * answer was lost is not sent again: it is not worth a second one.
 */
export async function sendReminders(job: ReminderJob): Promise<ReminderOutcome> {
  const { entry, settings, environment, deadline, log } = job;
  if (!settings.enabled || !settings.inbox_remind) return { result: 'done' };
  const mailer = createMailer(environment);
  if (mailer === undefined) return { result: 'later' };
  const recipients = recipientsOf(job);
  if (recipients.length === 0) return { result: 'done' };
  const messageId = messageIdFor(`reminder-${Date.now().toString(36)}-${entry.id}`, mailer);
  try {
    const { settled, failure } = await deliverMessage(
      mailer.order,
      recipients,
      (_provider, some) => composeReminder(job, mailer, messageId, some),
      {
        remaining: () => deadline.remaining() - LEDGER_WRITE_RESERVE_MS,
        within: (ms, work) => deadline.within(ms, work),
      },
      job.allowance,
    );
    const isTaken = settled.some(({ state }) => state === 'accepted');
    if (failure === undefined || failure.deliveryUncertain || isTaken) return { result: 'done' };
    log.warn('reminder not sent', { entry: entry.id, code: failure.code });
    return { result: 'later', retryAfterMs: failure.retryAfterMs };
  } catch (error) {
    log.warn('reminder not sent', { entry: entry.id, code: errorCode(error) });
    return { result: 'later' };
  }
}

function recipientsOf(job: ReminderJob): EmailRecipient[] {
  const allowed = allowedRecipients(job.environment);
  const reminded = job.addresses.map(addressKey);
  return (chosenRecipients(job) ?? []).filter(
    ({ address }) =>
      reminded.includes(addressKey(address)) &&
      isAllowedRecipient(address, allowed) &&
      !job.unconfirmed.includes(addressKey(address)),
  );
}

/** A short email in the thread of the one about the voicemail, with the link to its page. */
function composeReminder(
  job: ReminderJob,
  mailer: Pick<Mailer, 'from' | 'replyTo' | 'listId' | 'domain'>,
  messageId: string,
  recipients: readonly Recipient[],
): Message {
  const facts = voicemailFacts(job);
  const isAnonymous = job.settings.email_content === 'link-only';
  const urlOf = isAnonymous ? undefined : pageUrls(job);
  const label = callerLabel({ ...facts, recording: { attached: false, reason: 'notice-only' } });
  const caller = isAnonymous ? [] : [isolateText(toSingleLine(label))];
  return composeFollowUp(job, mailer, {
    messageId,
    recipients:
      urlOf === undefined
        ? recipients
        : recipients.map((one) => ({ ...one, values: { ...one.values, [LISTEN]: urlOf(one.address) } })),
    sentences: [facts.words.inbox.reminder, ...caller],
    pageUrl: urlOf && placeholder(LISTEN),
  });
}

/** @returns each recipient's address of the page; undefined where there is none */
function pageUrls({ entry, settings, environment, origin }: ReminderJob): ((address: string) => string) | undefined {
  const { id, recording } = entry;
  if (recording.state !== 'completed' || !canLink(origin, environment)) return undefined;
  const { recordingSid } = recording;
  const { language } = settings;
  const until = linkEnd(environment, Date.now());
  return (address) => listenUrl(origin, environment, { entryId: id, recordingSid, address, until, language });
}
