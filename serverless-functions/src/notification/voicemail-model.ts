import { isolateText } from '@callback-and-voicemail/contract';
import { toCleanLines } from '../runtime/text';
import type { OtherVoicemail } from './email-job';
import type { MailAction, VoicemailModel } from './mail-templates/model';
import {
  callerLabel,
  callerName,
  dialableNumber,
  type Fact,
  fallbackSentence,
  footerText,
  formatDuration,
  formatReceived,
  type ListenOffer,
  listenOffer,
  type MailFrame,
  messageFacts,
  numberLabel,
  recordingSentence,
  renderSubjectLine,
  toHeaderLine,
  type VoicemailEmail,
} from './message';

/** What the mail of a voicemail shows: who called, their words, what to do, then the facts. */
export function voicemailModel(email: VoicemailEmail): VoicemailModel {
  const { words, transcript } = email;
  const name = callerName(email);
  const number = dialableNumber(email);
  const sentence = recordingSentence(email);
  const offer = listenOffer(email);
  return {
    ...frameModel(email, { title: renderSubjectLine(email), preview: transcript ?? sentence }),
    heading: {
      ...(name === undefined ? {} : { name }),
      text: toHeaderLine(numberLabel(email)),
      ...(number === undefined ? {} : { href: `tel:${number}` }),
      line: `${words.labels.caller}: ${callerLabel(email)}`,
    },
    ...(transcript === undefined ? {} : { words: { lines: toCleanLines(transcript), note: words.transcriptNote } }),
    recording: [sentence, ...(offer === undefined ? [] : [listenEnd(email, offer)])],
    ...actionsModel([
      ...(number === undefined ? [] : [{ href: `tel:${number}`, text: words.callBack }]),
      ...(offer === undefined ? [] : [{ href: offer.url, text: words.listen.button }]),
      ...inboxActions(email),
      openInFlex(email),
    ]),
    facts: factsModel(messageFacts(email)),
    ...othersModel(email),
  };
}

/** Each leads to its place on the page, where a button does it. */
const inboxActions = ({ inbox, words }: VoicemailEmail): MailAction[] =>
  inbox === undefined ? [] : inbox.acts.map((act) => ({ href: `${inbox.url}#${act}`, text: words.inbox[act] }));

/** Until when the link leads to the recording. */
const listenEnd = ({ words, timeZone }: VoicemailEmail, { until }: ListenOffer) =>
  words.listen.until(formatReceived({ receivedAt: until, timeZone, words }, 'full'));

/**
 * What a later, short mail about a voicemail shows: that it was handled, or that it still is not.
 * @param pageUrl where its reader can listen to it, and act
 */
export function followUpModel(
  frame: MailFrame,
  sentences: readonly string[],
  title: string,
  pageUrl?: string,
): VoicemailModel {
  const [first = '', ...others] = sentences;
  return {
    ...frameModel(frame, { title, preview: sentences.join(' ') }),
    heading: { text: first, line: first },
    recording: others,
    ...actionsModel([
      ...(pageUrl === undefined ? [] : [{ href: pageUrl, text: frame.words.listen.button }]),
      openInFlex(frame),
    ]),
    facts: [],
  };
}

/** The type leaves out what is personal: such a model can name no caller, number, queue, length or words. */
export type LinkOnlyEmail = MailFrame &
  Pick<VoicemailEmail, 'receivedAt' | 'timeZone' | 'recording' | 'unreached'> & {
    others?: readonly { receivedAt: number; seconds?: undefined }[];
  };

/** What a mail without personal data shows: that there is a voicemail, when it came, and a link. */
export function linkOnlyModel(email: LinkOnlyEmail, title: string): VoicemailModel {
  const { words } = email;
  const sentence = linkOnlySentence(email);
  return {
    ...frameModel(email, { title, preview: sentence }),
    heading: { text: words.linkOnly.subject },
    recording: [sentence],
    ...actionsModel([openInFlex(email)]),
    facts: factsModel([{ label: words.labels.received, value: formatReceived(email, 'full') }]),
    ...othersModel(email),
  };
}

/** That a message could not be recorded says nothing of the caller, and that there is nothing to listen to. */
function linkOnlySentence({ recording, words }: LinkOnlyEmail): string {
  const isFailed = !recording.attached && (recording.reason === 'failed' || recording.reason === 'failed-no-callback');
  return isFailed ? recordingSentence({ recording, words }) : words.linkOnly.sentence;
}

const openInFlex = ({ words, flexUrl }: MailFrame): MailAction => ({ href: flexUrl, text: words.openInFlex });

/** What a reader does next, the most usual first. A text part has no use for a link that dials: the number is in it. */
function actionsModel(actions: readonly MailAction[]): Pick<VoicemailModel, 'actions' | 'links'> {
  return {
    actions: actions.map((action, index) => ({ ...action, isPrimary: index === 0 })),
    links: actions.filter(({ href }) => !href.startsWith('tel:')),
  };
}

/** The values of all lines begin below each other. */
function factsModel(facts: readonly Fact[]): VoicemailModel['facts'] {
  const width = Math.max(...facts.map(({ label }) => label.length));
  return facts.map(({ label, value }) => ({
    label,
    value,
    line: `${`${label}:`.padEnd(width + 2)}${isolateText(value)}`,
  }));
}

type WithOthers = MailFrame & Pick<VoicemailEmail, 'timeZone' | 'others'>;

function othersModel(email: WithOthers): Pick<VoicemailModel, 'others'> {
  const { words, others = [] } = email;
  if (others.length === 0) return {};
  const lines = others.map((other) => otherLine(other, email));
  return { others: { sentence: words.summary.sentence(others.length), lines, link: openInFlex(email) } };
}

function otherLine({ receivedAt, seconds }: OtherVoicemail, { words, timeZone }: WithOthers): string {
  const received = formatReceived({ receivedAt, timeZone, words }, 'medium');
  return seconds === undefined ? received : `${received} (${formatDuration(seconds)})`;
}

/** What stands around all that a mail tells. */
function frameModel(
  frame: MailFrame & Pick<VoicemailEmail, 'unreached'>,
  { title, preview }: { title: string; preview: string },
): Pick<VoicemailModel, 'lang' | 'title' | 'preview' | 'logo' | 'notice' | 'footer'> {
  const { words, footer } = frame;
  return {
    lang: words.locale,
    title,
    preview: previewLine(preview),
    ...logoModel(frame),
    notice: frame.isTest ? words.test.sentence : fallbackSentence(frame),
    footer: { own: footer === undefined ? [] : toCleanLines(footer.trim()), reason: footerText(frame) },
  };
}

const MAX_PREVIEW = 140;

/** What mailboxes show beside the subject. */
export function previewLine(text: string): string {
  const preview = toHeaderLine(text, MAX_PREVIEW);
  // Or mailboxes go on with what follows, which is the heading once more.
  return `${preview}${'\u00a0\u200c'.repeat(MAX_PREVIEW - Math.min(MAX_PREVIEW, preview.length))}`;
}

const MAX_LOGO = { width: 240, height: 48 };

/** Where the size is unknown, only the width is given: with both, a picture of other proportions would be distorted. */
function logoModel({ logoUrl, logoSize, organization }: MailFrame): Pick<VoicemailModel, 'logo'> {
  if (logoUrl === undefined) return {};
  const about = { src: logoUrl, alt: toHeaderLine(organization ?? '', 100) };
  if (logoSize === undefined) return { logo: { ...about, width: String(MAX_LOGO.width) } };
  const scale = Math.min(1, MAX_LOGO.width / logoSize.width, MAX_LOGO.height / logoSize.height);
  const scaled = (pixels: number) => String(Math.max(1, Math.round(pixels * scale)));
  return { logo: { ...about, width: scaled(logoSize.width), height: scaled(logoSize.height) } };
}
