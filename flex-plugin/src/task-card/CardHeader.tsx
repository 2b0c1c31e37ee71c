import type { CallerVerdict, VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import { Box } from '@twilio-paste/core/box';
import { Heading } from '@twilio-paste/core/heading';
import { Text } from '@twilio-paste/core/text';
import { CallIncomingIcon } from '@twilio-paste/icons/esm/CallIncomingIcon';
import { VoicemailIcon } from '@twilio-paste/icons/esm/VoicemailIcon';
import * as React from 'react';
import { usePlugin } from '../plugin-context';
import {
  differsFromLocalTime,
  formatList,
  formatPhoneNumber,
  formatRelativeTime,
  formatTime,
} from '../strings/formats';
import type { StringKey } from '../strings/strings';
import type { Translator } from '../strings/translator';

export interface CardHeaderProps {
  card: VoicemailCard;
  /** The caller's name; undefined if it is only the number. */
  name: string | undefined;
  now: number;
  assignee: string | undefined;
  /** Task attributes do not say who has listened. */
  isLoaded: boolean;
}

const MINUTE = 60_000;

const VERDICTS: Record<CallerVerdict, StringKey> = {
  verified: 'VerdictVerified',
  partly: 'VerdictPartly',
  unverified: 'VerdictUnverified',
  failed: 'VerdictFailed',
};

/** Who called, about what, and when (ADR 0027). */
export const CardHeader: React.FC<CardHeaderProps> = ({ card, name, now, assignee, isLoaded }) => {
  const { translator } = usePlugin();
  const { t } = translator;
  const isVoicemail = card.taskType === 'voicemail';
  const isWithheld = card.callBlock === 'number-withheld';
  const number = isWithheld
    ? t('WithheldNumber')
    : formatPhoneNumber(card.numberToCall, card.numberToCallText) || t('NoNumber');
  const waitedMinutes = Math.round((Date.parse(card.receivedAt) - Date.parse(card.waitingSince)) / MINUTE);
  const details = [
    card.calledFrom !== undefined &&
      card.calledFrom !== '' &&
      t('NumberGiven', {
        number: formatPhoneNumber(card.calledFrom, card.calledFromText ?? card.calledFrom),
      }),
    card.calledFrom === '' && t('NumberGivenWithheld'),
    card.callerVerdict !== undefined && t(VERDICTS[card.callerVerdict]),
    card.numberChangedAt !== undefined &&
      t('NumberChanged', { time: formatTime(translator, card.numberChangedAt, now) }),
    card.numberToCallFrom !== '' &&
      t('DialedNumber', { number: formatPhoneNumber(card.numberToCallFrom, card.numberToCallFromText) }),
    waitedMinutes >= 1 && t('WaitedFor', { duration: t('Minutes', { count: waitedMinutes }) }),
    taskStateText(translator, card, assignee, now),
    // Who has listened stays true when the recording is deleted.
    isLoaded && isVoicemail && (card.recording.state === 'ready' || card.listenedBy.length > 0) && listenedByText(),
  ].filter((one): one is string => typeof one === 'string');
  function listenedByText(): string {
    const names = card.listenedBy.map(({ worker }) => worker);
    return names.length === 0 ? t('NotListened') : t('ListenedBy', { names: formatList(translator, names) });
  }
  const Icon = isVoicemail ? VoicemailIcon : CallIncomingIcon;
  return (
    <Box display="flex" flexDirection="column" rowGap="space20">
      <Box display="flex" justifyContent="space-between" columnGap="space40" rowGap="space10" flexWrap="wrap">
        <Box display="flex" alignItems="center" columnGap="space20">
          <Icon decorative size="sizeIcon20" color="colorTextIcon" />
          <Text as="span" fontWeight="fontWeightSemibold">
            {t('TaskQueue', { type: t(isVoicemail ? 'Voicemail' : 'Callback'), queue: card.queue })}
          </Text>
        </Box>
        <Text as="span" color="colorTextWeak">
          {t('Attempt', { attempt: card.attempts + 1, max: Math.max(card.maxAttempts, card.attempts + 1) })}
        </Text>
      </Box>
      <Box display="flex" justifyContent="space-between" alignItems="baseline" columnGap="space40" flexWrap="wrap">
        <Box display="flex" alignItems="baseline" columnGap="space40" flexWrap="wrap">
          <Heading as="h2" variant="heading30" marginBottom="space0">
            {number}
          </Heading>
          {name !== undefined && (
            <Text as="span">
              <bdi>{name}</bdi>
            </Text>
          )}
        </Box>
        <Text as="span" color="colorTextWeak">
          <time dateTime={card.receivedAt}>
            {t(isVoicemail ? 'LeftAt' : 'RequestedAt', {
              ago: formatRelativeTime(translator, card.receivedAt, now),
              time: formatTime(translator, card.receivedAt, now),
            })}
          </time>
        </Text>
      </Box>
      {card.timeZone !== '' && differsFromLocalTime(translator, card.receivedAt, card.timeZone) && (
        <Text as="span" fontSize="fontSize20" color="colorTextWeak">
          {t('BusinessTime', {
            time: formatTime(translator, card.receivedAt, now, card.timeZone),
            zone: card.timeZone.replace(/_/g, ' '),
          })}
        </Text>
      )}
      {details.length > 0 && (
        <Text as="div" fontSize="fontSize20" color="colorTextWeak">
          {details.join(' · ')}
        </Text>
      )}
    </Box>
  );
};

/** Who has the task and since when, or that nobody has it yet. */
function taskStateText(
  translator: Translator,
  { task }: VoicemailCard,
  assignee: string | undefined,
  now: number,
): string | undefined {
  const { t } = translator;
  if (task?.state === 'waiting') return t('TaskWaiting');
  if (task?.state === 'offered') return t('TaskOffered');
  const name = assignee ?? task?.by;
  if (name === undefined) return undefined;
  // What the Functions know may be of the one who had it before.
  const at = assignee === undefined || assignee === task?.by ? task?.at : undefined;
  return at === undefined ? t('TakenBy', { name }) : t('TakenByAt', { name, time: formatTime(translator, at, now) });
}
