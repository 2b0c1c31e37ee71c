import type { EmailProblem } from '@callback-and-voicemail/contract/email-problems';
import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import { EmailIcon } from '@twilio-paste/icons/esm/EmailIcon';
import { ErrorIcon } from '@twilio-paste/icons/esm/ErrorIcon';
import * as React from 'react';
import { bounceMessage } from '../bounce-messages';
import { usePlugin } from '../plugin-context';
import { formatRelativeTime, formatTime } from '../strings/formats';
import type { StringKey } from '../strings/strings';
import type { Translator } from '../strings/translator';
import { useId } from '../use-id';

/** Whether the notification email was sent, and if not, why. */
export const EmailStatus: React.FC<{ email: VoicemailCard['email']; now: number }> = ({ email, now }) => {
  const { translator } = usePlugin();
  const { t } = translator;
  const [isOpen, setIsOpen] = React.useState(false);
  const id = useId('mail');
  const isFailed = email.state === 'failed' || email.bounced !== undefined;
  const detail =
    email.sentAt === undefined ? undefined : t('MailSentAt', { time: formatTime(translator, email.sentAt, now) });
  return (
    <Box minHeight="24px" element="CALLBACK_AND_VOICEMAIL_EMAIL_MAIL">
      <Box display="flex" columnGap="space20">
        <Box>
          {isFailed ? (
            <ErrorIcon decorative size="sizeIcon20" color="colorTextError" />
          ) : (
            <EmailIcon decorative size="sizeIcon20" color="colorTextIcon" />
          )}
        </Box>
        <Box>
          <Text as="span" fontSize="fontSize20" color={isFailed ? 'colorTextError' : 'colorTextWeak'}>
            {`${describeEmail(translator, email, now)} `}
          </Text>
          {detail !== undefined && (
            <Button
              variant="link"
              size="reset"
              aria-expanded={isOpen}
              aria-controls={id}
              onClick={() => setIsOpen(!isOpen)}
            >
              {t('MailDetails')}
            </Button>
          )}
        </Box>
      </Box>
      {detail !== undefined && (
        <Text as="div" id={id} hidden={!isOpen} fontSize="fontSize20" color="colorTextWeak">
          {isOpen ? detail : ''}
        </Text>
      )}
    </Box>
  );
};

/** @returns one sentence on the email of a voicemail, for the agent */
function describeEmail(translator: Translator, email: VoicemailCard['email'], now: number): string {
  const { t } = translator;
  switch (email.state) {
    case 'off':
      return t(email.problem === 'recording-deleted' ? 'MailDeleted' : 'MailOff');
    case 'pending':
      return email.summaryAt === undefined || email.problem !== undefined
        ? t('MailPending')
        : t('MailHeld', { time: formatTime(translator, email.summaryAt, now) });
    case 'summarized':
      return describeSummary(translator, email, now);
    case 'failed':
      return email.problem === undefined
        ? t('MailFailedUnknown')
        : t('MailFailed', { problem: t(problemMessage(email.problem)) });
    case 'sent':
      return email.bounced === undefined
        ? describeDelivery(translator, email, now)
        : describeBounce(translator, email, email.bounced);
  }
}

/** `In one email with 12 others, at 11:00` */
function describeSummary(translator: Translator, email: VoicemailCard['email'], now: number): string {
  const { t } = translator;
  const { summaryAt, others } = email;
  const time = summaryAt === undefined ? '' : formatTime(translator, summaryAt, now);
  return others === undefined ? t('MailSummaryUnknown', { time }) : t('MailSummary', { count: others, time });
}

const totalRecipients = ({ recipients, delivered = 0, bounced = 0 }: VoicemailCard['email']) =>
  Math.max(recipients, delivered + bounced);

function describeBounce({ t }: Translator, email: VoicemailCard['email'], count: number): string {
  const total = totalRecipients(email);
  const isClear = email.bounceProblem !== undefined && email.bounceProblem !== 'unknown';
  // The server's own words are better than none, in whatever language they are.
  const reason = isClear ? t(bounceMessage(email.bounceProblem!)) : email.bounceReason;
  return reason === undefined ? t('MailBouncedUnknown', { count, total }) : t('MailBounced', { count, total, reason });
}

function describeDelivery(translator: Translator, email: VoicemailCard['email'], now: number): string {
  const { t } = translator;
  const { recipients, sentAt, delivered, others = 0 } = email;
  const ago = sentAt === undefined ? '' : formatRelativeTime(translator, sentAt, now);
  const single = t('MailSent', { count: recipients, ago });
  const sent =
    others === 0 ? single : `${single} · ${describeSummary(translator, { ...email, summaryAt: sentAt }, now)}`;
  if (delivered === undefined) return sent;
  const isComplete = delivered >= recipients;
  const delivery = isComplete
    ? t('MailDelivered')
    : t('MailDeliveredSome', { count: delivered, total: totalRecipients(email) });
  return `${sent} · ${delivery}`;
}

/** Fewer phrases than a supervisor gets: agents cannot correct any of these. */
const EMAIL_PROBLEM_MESSAGES: Record<EmailProblem, StringKey> = {
  'key-refused': 'MailProblemSetup',
  'key-other-region': 'MailProblemSetup',
  'domain-unknown': 'MailProblemSetup',
  'domain-not-verified': 'MailProblemSetup',
  'sandbox-domain': 'MailProblemSetup',
  'from-not-aligned': 'MailProblemSetup',
  'account-disabled': 'MailProblemSetup',
  'not-configured': 'MailProblemSetup',
  'no-recipients': 'MailProblemNoRecipients',
  'recipients-not-allowed': 'MailProblemNotAllowed',
  'recipients-unconfirmed': 'MailProblemUnconfirmed',
  'settings-unreadable': 'MailProblemSettings',
  'limit-reached': 'MailProblemUnreachable',
  unreachable: 'MailProblemUnreachable',
  unconfirmed: 'MailProblemUnreachable',
  'no-time-left': 'MailProblemUnreachable',
  'recording-deleted': 'MailProblemRecording',
  'recording-unavailable': 'MailProblemRecording',
  'twilio-unavailable': 'MailProblemRecording',
  'recipient-refused': 'MailProblemRefused',
  'too-large': 'MailProblemRefused',
  unknown: 'MailProblemRefused',
};

/** Functions of another version may send a code that is not known here. */
const problemMessage = (problem: string): StringKey =>
  EMAIL_PROBLEM_MESSAGES[problem as EmailProblem] ?? 'MailProblemRefused';
