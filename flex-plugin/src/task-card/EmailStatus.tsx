import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import { EmailIcon } from '@twilio-paste/icons/esm/EmailIcon';
import { ErrorIcon } from '@twilio-paste/icons/esm/ErrorIcon';
import * as React from 'react';
import { usePlugin } from '../plugin-context';
import { formatRelativeTime, formatTime } from '../strings/formats';
import type { StringKey } from '../strings/strings';
import type { Translator } from '../strings/translator';
import { useId } from '../use-id';

/** Whether the notification mail went out, and if not, why. */
export const EmailStatus: React.FC<{ email: VoicemailCard['email']; now: number }> = ({ email, now }) => {
  const { translator } = usePlugin();
  const { t } = translator;
  const [isOpen, setIsOpen] = React.useState(false);
  const id = useId('mail');
  const isFailed = email.state === 'failed' || email.bounced !== undefined;
  const detail =
    email.sentAt === undefined ? undefined : t('MailSentAt', { time: formatTime(translator, email.sentAt, now) });
  return (
    <Box minHeight="24px" element="C_AND_V_MAIL">
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
              size="small"
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

function describeEmail(translator: Translator, email: VoicemailCard['email'], now: number): string {
  const { t, locale } = translator;
  const { state, recipients, sentAt, problem, delivered, bounced, bounceReason: bouncedWhy } = email;
  if (state === 'off') return t(problem === 'recording-deleted' ? 'MailDeleted' : 'MailOff');
  if (state === 'pending') return t('MailPending');
  if (state === 'failed')
    return problem === undefined
      ? t('MailFailedUnknown')
      : t('MailFailed', {
          problem: t(PROBLEM_MESSAGES.find(({ codes }) => codes.test(problem))?.words ?? 'MailProblemRefused'),
        });
  const total = Math.max(recipients, (delivered ?? 0) + (bounced ?? 0));
  if (bounced !== undefined)
    return bouncedWhy === undefined
      ? t('MailBouncedUnknown', { count: bounced, total })
      : t('MailBounced', { count: bounced, total, reason: bouncedWhy });
  const when = sentAt === undefined ? '' : formatRelativeTime(translator, sentAt, now);
  const isOne = new Intl.PluralRules(locale).select(recipients) === 'one' || recipients === 1;
  const sent = isOne ? t('MailSentOne', { ago: when }) : t('MailSentMany', { count: recipients, ago: when });
  if (delivered === undefined) return sent;
  return `${sent} · ${delivered >= recipients ? t('MailDelivered') : t('MailDeliveredSome', { count: delivered, total })}`;
}

/** Explains problem codes to agents, who cannot correct them. */
const PROBLEM_MESSAGES: readonly { codes: RegExp; words: StringKey }[] = [
  { codes: /^(mail-not-configured|mailgun-40[1-4])$/, words: 'MailProblemSetup' },
  { codes: /^no-recipients$/, words: 'MailProblemNoRecipients' },
  { codes: /unreachable|no-answer|no-time|^mailgun-(429|420|5\d\d)$|waiting/, words: 'MailProblemUnreachable' },
];
