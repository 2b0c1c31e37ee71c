import type { EmailSettings } from '@callback-and-voicemail/contract';
import { renderTemplates } from './mail-templates/render';
import { renderSubjectLine, type VoicemailEmail, withOthers } from './message';
import { type LinkOnlyEmail, linkOnlyModel, voicemailModel } from './voicemail-model';

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
  ...renderTemplates('voicemail', voicemailModel(email)),
});

function renderLinkOnly(email: LinkOnlyEmail): RenderedMail {
  const { words } = email;
  const usual = words.linkOnly.subject;
  const subject = email.isTest ? words.test.subject(usual) : withOthers(usual, email);
  return { subject, ...renderTemplates('voicemail', linkOnlyModel(email, subject)) };
}
