import { type EmailSettings, isAllowedLogo, mailsTranscript } from '@callback-and-voicemail/contract';
import type { EmailProvider, Message, Recipient } from '../email-providers/provider';
import { type LedgerEntry, type RecipientOutcome, transcriptText } from '../ledger/entry';
import { isReached } from '../ledger/settled-recipients';
import { type Environment, splitAddresses } from '../runtime/environment';
import type { EmailJob } from './email-job';
import { emailStrings } from './email-strings';
import { logoHosts } from './logo-hosts';
import { fitsProvider, type MailRecording } from './mail-recording';
import type { Mailer } from './mailer';
import { attachmentName, type Unreached, type VoicemailEmail } from './message';
import { proofOf } from './message-proof';
import { renderMail } from './render-mail';
import { threadOf } from './thread';

/** The email of a voicemail as one provider can take it. */
export function composeEmail(
  job: EmailJob,
  { from, replyTo, listId, domain }: Pick<Mailer, 'from' | 'replyTo' | 'listId' | 'domain'>,
  messageId: string,
  recipients: readonly Recipient[],
  recording: MailRecording,
  provider: EmailProvider,
): Message {
  const facts = voicemailFacts(job);
  const thread = threadOf(job.environment, job.entry, domain);
  const references = thread === undefined ? undefined : [thread];
  const proof = proofOf(job.environment, messageId);
  const sender = { messageId, proof, from, replyTo, listId, references, recipients };
  const render = (presentation: VoicemailEmail['recording']) =>
    renderMail({ ...facts, recording: presentation, others: job.others }, job.settings.email_content);
  if (!recording.attachable) return { ...sender, ...render({ attached: false, reason: recording.reason }) };
  if (!fitsProvider(recording, provider)) return { ...sender, ...render({ attached: false, reason: 'too-large' }) };
  const fileName = attachmentName(facts, recording.format);
  return {
    ...sender,
    ...render({ attached: true, fileName }),
    attachment: {
      fileName,
      contentType: recording.format === 'wav' ? 'audio/wav' : 'audio/mpeg',
      bytes: recording.bytes,
      open: recording.open,
    },
  };
}

/** What an email tells of a voicemail, whatever becomes of its recording. */
export function voicemailFacts({
  entry,
  settings,
  timeZone,
  environment,
}: Pick<EmailJob, 'settings' | 'timeZone' | 'environment'> & { entry: LedgerEntry }) {
  return {
    from: entry.from,
    to: entry.to,
    queueName: entry.queueName,
    receivedAt: entry.createdAt,
    waitingSince: entry.waitingSince,
    timeZone: settings.time_zone ?? timeZone,
    seconds: 'seconds' in entry.recording ? entry.recording.seconds : undefined,
    callerName: entry.callerName,
    transcript: mailsTranscript(settings) ? transcriptText(entry) : undefined,
    flexUrl: flexUrl(environment),
    unreached: entry.email.fallback === undefined ? undefined : unreachedIn(entry.email.settled ?? []),
    ...appearance(settings, environment),
  };
}

const unreachedIn = (recipients: readonly RecipientOutcome[]): Unreached[] =>
  recipients
    .filter((one) => !isReached(one))
    .map(({ address, delivery }) => ({ address, reason: delivery?.reason ?? (delivery ? 'unknown' : 'refused') }));

const FLEX_URL = 'https://flex.twilio.com';

/** Flex documents no address for a single task, so it is where Flex itself is. */
export function flexUrl({ values }: Environment): string {
  return splitAddresses(values.FLEX_ORIGINS ?? '')[0] ?? FLEX_URL;
}

/** How mails of these settings look, whatever they tell. A logo at a host that is not allowed, or not any more, is left out. */
export function appearance(
  settings: EmailSettings,
  environment: Environment,
): Pick<VoicemailEmail, 'words' | 'organization' | 'subject' | 'logoUrl' | 'logoSize' | 'footer' | 'chosenBy'> {
  const { organization, subject, logo_url: url, logo_size: logoSize, footer, language, saved } = settings;
  // Nobody has saved anything: the recipients are those of ADMIN_EMAIL.
  const chosenBy = saved === undefined ? 'administrator' : 'supervisor';
  const logoUrl = url !== undefined && isAllowedLogo(url, logoHosts(environment)) ? url : undefined;
  return { words: emailStrings(language), organization, subject, logoUrl, logoSize, footer, chosenBy };
}
