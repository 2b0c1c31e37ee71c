import {
  E164_NUMBER,
  type EmailSettings,
  isAllowedLogo,
  mailedFormat,
  mailsTranscript,
} from '@callback-and-voicemail/contract';
import { type EmailProvider, type Message, placeholder, type Recipient } from '../email-providers/provider';
import { type LedgerEntry, numberToCall, transcriptText } from '../ledger/entry';
import { isReached } from '../ledger/settled-recipients';
import { type Environment, splitAddresses } from '../runtime/environment';
import type { EmailJob } from './email-job';
import { emailStrings } from './email-strings';
import { canLink, linkEnd, listenUrl } from './listen-link';
import { logoHosts } from './logo-hosts';
import { fitsProvider, type MailRecording } from './mail-recording';
import type { Mailer } from './mailer';
import {
  attachmentName,
  type InboxOffer,
  type RecordingOmission,
  type Unreached,
  type VoicemailEmail,
} from './message';
import { proofOf } from './message-proof';
import { renderMail } from './render-mail';
import { threadOf } from './thread';

/** The email of a voicemail as one provider can take it: with the recording, or with a link to it. */
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
  const sender = {
    messageId,
    proof,
    from,
    replyTo,
    listId,
    references,
    recipients,
    requireTls: job.settings.require_tls,
  };
  const until = linkEnd(job.environment, Date.now());
  const isAttached = recording.attachable && fitsProvider(recording, provider);
  const reason = recording.attachable ? 'too-large' : recording.reason;
  // A page without a sound has nothing to offer.
  const urlOf = isAttached || LINKED.includes(reason) ? pageUrls(job, until) : undefined;
  const acts = urlOf === undefined ? [] : offeredActs(job);
  const inbox = acts.length === 0 ? undefined : { url: placeholder(LISTEN), acts };
  const render = (presentation: VoicemailEmail['recording']) =>
    renderMail({ ...facts, inbox, recording: presentation, others: job.others }, job.settings.email_content);
  const linked = urlOf && {
    recipients: recipients.map((one) => ({ ...one, values: { ...one.values, [LISTEN]: urlOf(one.address) } })),
  };
  const decided = { entry: job.entry.id, provider: provider.name };
  if (!isAttached) {
    const listen = urlOf && { url: placeholder(LISTEN), until };
    job.log.info('recording not attached', { ...decided, code: reason, outcome: listen ? 'link' : 'none' });
    return { ...sender, ...linked, ...render({ attached: false, reason, listen }) };
  }
  job.log.info('recording attached', { ...decided, size: recording.expectedBytes });
  const fileName = attachmentName(facts, recording.format);
  return {
    ...sender,
    ...(inbox && linked),
    ...render({ attached: true, fileName }),
    attachment: {
      fileName,
      contentType: recording.format === 'wav' ? 'audio/wav' : 'audio/mpeg',
      bytes: recording.bytes,
      open: recording.open,
    },
  };
}

/** Names the value that each recipient's copy has in the place of the link. */
const LISTEN = 'listen';
/** Where a link may still lead to a sound. */
const LINKED: readonly RecordingOmission[] = ['too-large', 'by-link', 'gone'];

/** @returns each recipient's address of the page; undefined where none is offered, or there is nothing to sign with */
function pageUrls(
  { entry, settings, environment, origin }: EmailJob,
  until: number,
): ((address: string) => string) | undefined {
  const { id, recording } = entry;
  if (recording.state !== 'completed' || mailedFormat(settings) === 'notice' || !canLink(origin, environment))
    return undefined;
  const { recordingSid } = recording;
  const { language } = settings;
  return (address) => listenUrl(origin, environment, { entryId: id, recordingSid, address, until, language });
}

/** What the mail offers; the page decides for each recipient, and when they come. */
function offeredActs({ entry, settings }: EmailJob): InboxOffer['acts'] {
  const { inbox_take: take, inbox_remind: remind } = settings;
  const call = settings.inbox_call && E164_NUMBER.test(entry.to) && E164_NUMBER.test(numberToCall(entry));
  return [
    ...(take ? ['take' as const] : []),
    ...(remind ? ['remind' as const] : []),
    ...(call ? ['call' as const] : []),
  ];
}

/** What a mail, or the page behind its link, may say of a voicemail. */
export function voicemailFacts({
  entry,
  settings,
  timeZone,
  environment,
}: Pick<EmailJob, 'settings' | 'timeZone' | 'environment'> & { entry: LedgerEntry }): Omit<
  VoicemailEmail,
  'recording'
> {
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
    unreached: unreachedIn(entry),
    ...appearance(settings, environment),
  };
}

/** Whom an email to the fall-back recipient did not reach; undefined for any other email. */
function unreachedIn({ email }: LedgerEntry): Unreached[] | undefined {
  if (email.state !== 'sending' || email.fallback === undefined) return undefined;
  return (email.settled ?? [])
    .filter((one) => !isReached(one))
    .map(({ address, delivery }) => ({ address, reason: delivery?.reason ?? (delivery ? 'unknown' : 'refused') }));
}

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
