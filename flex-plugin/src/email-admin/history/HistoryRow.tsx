import type { EmailDelivery } from '@callback-and-voicemail/contract/bounce-reasons';
import type { HistoryItem } from '@callback-and-voicemail/contract/email-admin-api';
import { isolateText } from '@callback-and-voicemail/contract/isolate-text';
import { Box } from '@twilio-paste/core/box';
import { Text } from '@twilio-paste/core/text';
import { ErrorIcon } from '@twilio-paste/icons/esm/ErrorIcon';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { formatList, formatTime, minutesAndSeconds } from '../../strings/formats';
import type { Translator } from '../../strings/translator';
import { useEmailAdmin } from '../email-admin-context';
import { emailProblemMessage } from '../email-problem-messages';
import { selectProviders } from '../selectors';
import { RecipientList } from './RecipientList';
import { ResendButton } from './ResendButton';
import { bouncesText, taskStatusText, withWords } from './task-status-text';

/** One callback or voicemail: when and who, and below it what became of the mail and of the task. */
export const HistoryRow: React.FC<{
  item: HistoryItem;
  now: number;
  /** Undefined while it is not known what became of the mail. */
  delivery: EmailDelivery | undefined;
}> = ({ item, now, delivery }) => {
  const { translator } = useEmailAdmin();
  const { t } = translator;
  const providers = useSelector(selectProviders);
  const { taskType, receivedAt, caller, queue, seconds, email, recordingFailed, mayResend } = item;
  const when = formatTime(translator, receivedAt, now);
  const who = caller === '' ? t('WithheldNumber') : caller;
  const isFailed =
    email.state === 'failed' ||
    (email.outcomes?.refused ?? 0) > 0 ||
    (email.state === 'sent' && (delivery?.bounced.length ?? 0) + (delivery?.complained?.length ?? 0) > 0);
  const length = seconds === undefined ? '' : minutesAndSeconds(seconds);
  // A name from right to left must not turn the row around.
  const first = [when, isolateText(who), isolateText(queue), taskType === 'callback' ? t('Callback') : length];
  const second = [
    recordingFailed === true ? t('MessageFailed') : '',
    taskType === 'voicemail' || email.state !== 'off'
      ? emailStatusText(translator, item, delivery, now, providers)
      : '',
    taskStatusText(translator, item, now),
  ];
  const join = (parts: string[]) => parts.filter((part) => part !== '').join(' · ');
  return (
    <Box
      as="li"
      display="flex"
      flexWrap="wrap"
      alignItems="center"
      columnGap="space40"
      paddingY="space30"
      borderBottomStyle="solid"
      borderBottomWidth="borderWidth10"
      borderBottomColor="colorBorderWeaker"
    >
      <Box flexGrow={1} flexBasis="260px" minWidth="0">
        <Text as="div" overflowWrap="anywhere">
          {join(first)}
        </Text>
        <Box display="flex" columnGap="space20" alignItems="flex-start">
          {isFailed && <ErrorIcon decorative size="sizeIcon10" color="colorTextError" />}
          <Text
            as="div"
            fontSize="fontSize20"
            color={isFailed ? 'colorTextError' : 'colorTextWeak'}
            overflowWrap="anywhere"
          >
            {join(second)}
          </Text>
        </Box>
        {email.outcomes !== undefined && (
          <RecipientList outcomes={email.outcomes} isFinal={email.state !== 'pending'} providers={providers} />
        )}
      </Box>
      <ResendButton voicemailId={item.voicemail_id} about={`${who}, ${when}`} canResend={mayResend} />
    </Box>
  );
};

type Providers = ReturnType<typeof selectProviders>;

function emailStatusText(
  translator: Translator,
  { email }: HistoryItem,
  delivery: EmailDelivery | undefined,
  now: number,
  providers: Providers,
): string {
  const { t } = translator;
  const twice = email.possibleDuplicate ? ` ${t('HistoryPossibleDuplicate')}` : '';
  const partly = outcomesText(translator, email);
  const join = (...parts: string[]) => parts.filter((part) => part !== '').join(' · ');
  switch (email.state) {
    case 'sent':
      return join(
        `${sentText(translator, email.outcomes?.accepted ?? email.recipients, delivery)}${twice}`,
        partly,
        email.others === undefined ? '' : summaryText(translator, { ...email, summaryAt: email.sentAt }, now),
      );
    case 'pending':
      if (email.problem !== undefined)
        return join(
          t('HistoryWaiting', { reason: emailProblemMessage(translator, email.problem, providers) }),
          sentSoFar(translator, email),
          partly,
        );
      return email.summaryAt === undefined
        ? join(t('HistoryPending'), sentSoFar(translator, email), partly)
        : t('HistoryHeld', { time: formatTime(translator, email.summaryAt, now) });
    case 'summarized':
      return summaryText(translator, email, now);
    case 'failed':
      return join(
        `${t('HistoryFailedMail', { reason: failureReason(translator, email, providers) })}${twice}`,
        sentSoFar(translator, email),
        partly,
      );
    case 'off':
      return email.problem === undefined
        ? t('HistoryOff')
        : t('HistoryOffBecause', { reason: emailProblemMessage(translator, email.problem, providers) });
  }
}

/** An email that waits for the provider's word is one thing; one that nobody can say it of is another. */
const failureReason = (translator: Translator, { problem }: HistoryItem['email'], providers: Providers) =>
  problem === 'unconfirmed'
    ? translator.t('EmailProblemUndecided')
    : emailProblemMessage(translator, problem, providers);

/** To how many an email went that has not, or not yet, gone to all. */
const sentSoFar = ({ t }: Translator, { outcomes }: HistoryItem['email']) =>
  outcomes === undefined || outcomes.accepted === 0 ? '' : t('HistorySent', { count: outcomes.accepted });

/** `refused for 1 · waiting for 2`; empty where it is the same for all recipients. */
function outcomesText({ t }: Translator, { outcomes, state }: HistoryItem['email']): string {
  if (outcomes === undefined) return '';
  const { refused, waiting } = outcomes;
  return [
    refused > 0 ? t('HistoryRefused', { count: refused }) : '',
    waiting > 0 ? t(state === 'pending' ? 'HistoryStillWaiting' : 'HistoryNotSent', { count: waiting }) : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

/** `in one email with 12 others, at 11:00` */
function summaryText(translator: Translator, { summaryAt, others }: HistoryItem['email'], now: number): string {
  const { t } = translator;
  const time = summaryAt === undefined ? '' : formatTime(translator, summaryAt, now);
  return others === undefined ? t('HistorySummaryUnknown', { time }) : t('HistorySummary', { count: others, time });
}

/** `delivered 1 of 3, 1 bounced: mailbox full (…), 1 delayed: bo@clinic.org: “450 greylisted”`; until something is known of it, to how many it was sent. */
function sentText(translator: Translator, recipients: number, delivery: EmailDelivery | undefined): string {
  const { t } = translator;
  const { delivered = 0, bounced = [], deferred = 0, deferrals = [], complained = [] } = delivery ?? {};
  const total = Math.max(recipients, delivered + bounced.length);
  const delayed = formatList(translator, deferrals.map(withWords));
  return [
    delivered + bounced.length === 0
      ? t('HistorySent', { count: recipients })
      : t('HistoryDelivered', { count: delivered, total }),
    bounced.length > 0 ? t('HistoryBounced', { count: bounced.length, reasons: bouncesText(translator, bounced) }) : '',
    deferred > 0 ? t('HistoryDeferred', { count: deferred, reasons: delayed || '…' }) : '',
    complained.length > 0 ? t('HistoryComplained', { addresses: formatList(translator, complained) }) : '',
  ]
    .filter((part) => part !== '')
    .join(', ');
}
