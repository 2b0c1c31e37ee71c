import { isolateText } from '@callback-and-voicemail/contract';
import type { Message, Recipient } from '../email-providers/provider';
import { toSingleLine } from '../runtime/text';
import { voicemailFacts } from './compose-email';
import type { ClosingJob } from './email-job';
import { emailStrings } from './email-strings';
import { messageIdFor } from './mail-account';
import { renderTemplates } from './mail-templates/render';
import type { Mailer } from './mailer';
import { formatDuration } from './message';
import { renderMail } from './render-mail';
import { threadOf } from './thread';
import { followUpModel } from './voicemail-model';

/** The short email that says by whom and when a voicemail was handled, in the thread of the one about it. */
export function composeClosing(
  job: Pick<ClosingJob, 'entry' | 'settings' | 'environment' | 'timeZone'>,
  { from, replyTo, listId, domain }: Pick<Mailer, 'from' | 'replyTo' | 'listId' | 'domain'>,
  messageId: string,
  recipients: readonly Recipient[],
  spokenSeconds: number | undefined,
): Message {
  const { entry, settings, environment } = job;
  const facts = voicemailFacts(job);
  const { words } = facts;
  const { subject } = renderMail(
    { ...facts, recording: { attached: false, reason: 'notice-only' } },
    settings.email_content,
  );
  const isAnonymous = settings.email_content === 'link-only';
  const sentences = [
    handledSentence(job, isAnonymous),
    ...(isAnonymous || spokenSeconds === undefined ? [] : [words.closing.spoke(formatDuration(spokenSeconds))]),
  ];
  const thread = threadOf(environment, entry, domain);
  return {
    messageId,
    from,
    replyTo,
    listId,
    references: [...(thread === undefined ? [] : [thread]), messageIdFor(entry.id, { domain })],
    recipients,
    requireTls: settings.require_tls,
    subject: `Re: ${subject}`,
    ...renderTemplates('voicemail', followUpModel(facts, sentences, `Re: ${subject}`)),
  };
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
