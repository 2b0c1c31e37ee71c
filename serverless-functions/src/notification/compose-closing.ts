import { isolateText } from '@callback-and-voicemail/contract';
import type { Message, Recipient } from '../email-providers/provider';
import { toSingleLine } from '../runtime/text';
import type { ClosingJob } from './email-job';
import { emailStrings } from './email-strings';
import { composeFollowUp } from './follow-up';
import type { Mailer } from './mailer';
import { formatDuration } from './message';

/** The short email that says by whom and when a voicemail was handled, in the thread of the one about it. */
export function composeClosing(
  job: Pick<ClosingJob, 'entry' | 'settings' | 'environment' | 'timeZone'>,
  mailer: Pick<Mailer, 'from' | 'replyTo' | 'listId' | 'domain'>,
  messageId: string,
  recipients: readonly Recipient[],
  spokenSeconds: number | undefined,
): Message {
  const { settings } = job;
  const isAnonymous = settings.email_content === 'link-only';
  const words = emailStrings(settings.language);
  const sentences = [
    handledSentence(job, isAnonymous),
    ...(isAnonymous || spokenSeconds === undefined ? [] : [words.closing.spoke(formatDuration(spokenSeconds))]),
  ];
  return composeFollowUp(job, mailer, { messageId, recipients, sentences });
}

function handledSentence(
  { entry, settings, timeZone }: Pick<ClosingJob, 'entry' | 'settings' | 'timeZone'>,
  isAnonymous: boolean,
): string {
  const { task } = entry;
  const words = emailStrings(settings.language);
  const { handledAt = Date.now(), handledBy } = task.state === 'created' ? task : {};
  const zone = settings.time_zone ?? timeZone;
  const isSameDay = (style: Intl.DateTimeFormat) => style.format(handledAt) === style.format(entry.createdAt);
  const day = new Intl.DateTimeFormat(words.locale, { timeZone: zone, dateStyle: 'medium' });
  const time = new Intl.DateTimeFormat(words.locale, {
    timeZone: zone,
    timeStyle: 'short',
    ...(isSameDay(day) ? {} : { dateStyle: 'medium' }),
  }).format(handledAt);
  const name = handledBy === undefined || isAnonymous ? undefined : isolateText(toSingleLine(handledBy));
  return words.closing.handled({ worker: name, time });
}
