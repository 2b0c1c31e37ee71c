import type { EmailSettings } from '@callback-and-voicemail/contract';
import { escapeHtml } from '../runtime/text';
import {
  actionLinks,
  formatReceived,
  htmlPage,
  type MailFrame,
  recordingSentence,
  renderHtml,
  renderSubjectLine,
  renderText,
  summaryHtml,
  summaryText,
  textEnd,
  type VoicemailEmail,
  withOthers,
} from './message';

/** All of a message that readers and mail servers see of a voicemail, but its attachment. */
interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

/** The mail of a voicemail with no more than the settings allow (ADR 0104). Every mail is rendered by this. */
export function renderMail(email: VoicemailEmail, content: EmailSettings['email_content']): RenderedMail {
  switch (content) {
    case 'full':
      return renderWhole(email);
    case 'no-words':
      return renderWhole({ ...email, transcript: undefined });
    case 'link-only':
      return renderLinkOnly({ ...email, others: email.others?.map(({ receivedAt }) => ({ receivedAt })) });
  }
}

const renderWhole = (email: VoicemailEmail): RenderedMail => ({
  subject: renderSubjectLine(email),
  text: renderText(email),
  html: renderHtml(email),
});

/** The type leaves out what is personal: nothing below can name a caller, a number, a queue, a length or words. */
type LinkOnlyEmail = MailFrame &
  Pick<VoicemailEmail, 'receivedAt' | 'timeZone' | 'recording'> & {
    others?: readonly { receivedAt: number; seconds?: undefined }[];
  };

function renderLinkOnly(email: LinkOnlyEmail): RenderedMail {
  const { words } = email;
  const usual = words.linkOnly.subject;
  const subject = email.isTest ? words.test.subject(usual) : withOthers(usual, email);
  const received = formatReceived(email, 'full');
  const sentence = linkOnlySentence(email);
  return {
    subject,
    text: [
      ...(email.isTest ? [words.test.sentence, ''] : []),
      sentence,
      '',
      `${words.openInFlex}: ${email.flexUrl}`,
      '',
      `${words.labels.received}: ${received}`,
      ...summaryText(email),
      ...textEnd(email),
    ].join('\n'),
    html: htmlPage(email, {
      title: subject,
      preview: sentence,
      content:
        `<h1 style="margin:0 0 12px;font-size:20px;line-height:1.3">${escapeHtml(words.linkOnly.subject)}</h1>\n` +
        `<p>${escapeHtml(sentence)}</p>\n${actionLinks(email)}` +
        `<p>${escapeHtml(words.labels.received)}: <strong dir="auto">${escapeHtml(received)}</strong></p>\n${summaryHtml(email)}`,
    }),
  };
}

/** That a message could not be recorded says nothing of the caller, and that there is nothing to listen to. */
function linkOnlySentence({ recording, words }: LinkOnlyEmail): string {
  const isFailed = !recording.attached && (recording.reason === 'failed' || recording.reason === 'failed-no-callback');
  return isFailed ? recordingSentence({ recording, words }) : words.linkOnly.sentence;
}
