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
  const isFailed = email.state === 'failed' || email.bounced !== undefined || (email.refused ?? 0) > 0;
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
      if (email.accepted !== undefined) return describePartly(translator, email);
      return email.summaryAt === undefined || email.problem !== undefined
        ? t('MailPending')
        : t('MailHeld', { time: formatTime(translator, email.summaryAt, now) });
    case 'summarized':
      return describeSummary(translator, email, now);
    case 'failed':
      return email.accepted === undefined || email.accepted === 0
        ? describeFailure(translator, email)
        : `${describeFailure(translator, email)} · ${describePartly(translator, email)}`;
    case 'sent':
      return [
        email.bounced === undefined
          ? describeDelivery(translator, email, now)
          : describeBounce(translator, email, email.bounced),
        refusedText(translator, email),
      ]
        .filter((part) => part !== '')
        .join(' · ');
  }
}

function describeFailure({ t }: Translator, { problem }: VoicemailCard['email']): string {
  if (problem === undefined) return t('MailFailedUnknown');
  // While it waits, the answer may yet come.
  const reason = problem === 'unconfirmed' ? 'MailProblemUndecided' : problemMessage(problem);
  return t('MailFailed', { problem: t(reason) });
}

/** `Emailed to 1 of 3 people · refused for 1: … · waiting for 1`, of an email that some have already. */
function describePartly(translator: Translator, email: VoicemailCard['email']): string {
  const { accepted = 0, refused = 0, waiting = 0, state } = email;
  const { t } = translator;
  return [
    t('MailSentOf', { count: accepted, total: accepted + refused + waiting }),
    refusedText(translator, email),
    waiting > 0 && state === 'pending' ? t('MailWaitingFor', { count: waiting }) : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** Empty while nobody was refused. */
function refusedText({ t }: Translator, { refused = 0, refusedProblem }: VoicemailCard['email']): string {
  if (refused === 0) return '';
  return t('MailRefusedFor', { count: refused, problem: t(problemMessage(refusedProblem ?? 'unknown')) });
}

/** `In one email with 12 others, at 11:00` */
function describeSummary(translator: Translator, email: VoicemailCard['email'], now: number): string {
  const { t } = translator;
  const { summaryAt, others } = email;
  const time = summaryAt === undefined ? '' : formatTime(translator, summaryAt, now);
  return others === undefined ? t('MailSummaryUnknown', { time }) : t('MailSummary', { count: others, time });
}

/** To how many it was sent. */
const totalRecipients = ({ recipients, accepted = recipients, delivered = 0, bounced = 0 }: VoicemailCard['email']) =>
  Math.max(accepted, delivered + bounced);

function describeBounce({ t }: Translator, email: VoicemailCard['email'], count: number): string {
  const total = totalRecipients(email);
  const isClear = email.bounceProblem !== undefined && email.bounceProblem !== 'unknown';
  // The server's own words are better than none, in whatever language they are.
  const reason = isClear ? t(bounceMessage(email.bounceProblem!)) : email.bounceReason;
  return reason === undefined ? t('MailBouncedUnknown', { count, total }) : t('MailBounced', { count, total, reason });
}

function describeDelivery(translator: Translator, email: VoicemailCard['email'], now: number): string {
  const { t } = translator;
  const { recipients, accepted = recipients, sentAt, delivered = 0, deferred = 0, complained = 0, others = 0 } = email;
  const ago = sentAt === undefined ? '' : formatRelativeTime(translator, sentAt, now);
  const single = t('MailSent', { count: accepted, ago });
  const sent =
    others === 0 ? single : `${single} · ${describeSummary(translator, { ...email, summaryAt: sentAt }, now)}`;
  const total = totalRecipients(email);
  const arrived = delivered >= accepted ? t('MailDelivered') : t('MailDeliveredSome', { count: delivered, total });
  return [
    sent,
    delivered === 0 ? '' : arrived,
    deferred === 0 ? '' : t('MailDeferred', { count: deferred, total }),
    complained === 0 ? '' : t('MailComplained', { count: complained, total }),
  ]
    .filter((part) => part !== '')
    .join(' · ');
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
  'recipient-later': 'MailProblemRefused',
  'too-large': 'MailProblemRefused',
  unknown: 'MailProblemRefused',
};

/** Functions of another version may send a code that is not known here. */
const problemMessage = (problem: string): StringKey =>
  EMAIL_PROBLEM_MESSAGES[problem as EmailProblem] ?? 'MailProblemRefused';
