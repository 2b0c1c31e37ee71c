import type { Message, Recipient } from '../email-providers/provider';
import { voicemailFacts } from './compose-email';
import type { ClosingJob } from './email-job';
import { messageIdFor } from './mail-account';
import { renderTemplates } from './mail-templates/render';
import type { Mailer } from './mailer';
import { renderMail } from './render-mail';
import { threadOf } from './thread';
import { followUpModel } from './voicemail-model';

/** What a later mail about a voicemail says: the first sentence is its heading. */
export interface FollowUp {
  messageId: string;
  recipients: readonly Recipient[];
  sentences: readonly string[];
  /** Where its reader can listen to it, and act; or its placeholder. */
  pageUrl?: string;
}

/** A short mail in the thread of the one about the voicemail, with that one's subject. */
export function composeFollowUp(
  job: Pick<ClosingJob, 'entry' | 'settings' | 'environment' | 'timeZone'>,
  { from, replyTo, listId, domain }: Pick<Mailer, 'from' | 'replyTo' | 'listId' | 'domain'>,
  { messageId, recipients, sentences, pageUrl }: FollowUp,
): Message {
  const { entry, settings, environment } = job;
  const facts = voicemailFacts(job);
  const mail = renderMail({ ...facts, recording: { attached: false, reason: 'notice-only' } }, settings.email_content);
  const subject = `Re: ${mail.subject}`;
  const thread = threadOf(environment, entry, domain);
  return {
    messageId,
    from,
    replyTo,
    listId,
    references: [...(thread === undefined ? [] : [thread]), messageIdFor(entry.id, { domain })],
    recipients,
    requireTls: settings.require_tls,
    subject,
    ...renderTemplates('voicemail', followUpModel(facts, sentences, subject, pageUrl)),
  };
}
