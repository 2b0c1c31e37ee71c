import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import type { ITask } from '@twilio/flex-ui';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useSelector } from 'react-redux';
import { BLOCK_WORDS, callBlockReason } from '../calling-back/call-block';
import { FAILURE_WORDS } from '../functions-client/failure-words';
import { usePlugin } from '../plugin-context';
import { activitySid, type FlexState, voiceTasks } from '../state/flex-state';
import { type RootState, selectActs } from '../state/state';
import { phoneNumber } from '../strings/formats';
import { useId } from '../use-id';

export interface CardActionsProps {
  task: ITask;
  card: VoicemailCard;
  /** False while the server has not said what may be done. */
  isLoaded: boolean;
  isOnCall: boolean;
}

/** One primary act, which names the number it will dial; what cannot be done says why beside it (ADR 0027). */
export const CardActions: React.FC<CardActionsProps> = ({ task, card, isLoaded, isOnCall }) => {
  const { acts, words, config, isOutboundEnabled, offlineActivitySid, voiceCapacity } = usePlugin();
  const { t } = words;
  const state = useSelector((root: RootState) => selectActs(root, task.taskSid));
  const activity = useSelector((root: FlexState) => activitySid(root));
  const taken = useSelector((root: FlexState) => voiceTasks(root));
  const callNote = useId('call-note');
  const requeueNote = useId('requeue-note');
  const block = callBlockReason({
    number: card.numberToCall,
    callBlock: card.callBlock,
    isOutboundEnabled,
    isOffline: activity !== undefined && activity === offlineActivitySid,
    isOnCall,
    hasNoCapacity: taken >= (voiceCapacity() ?? Number.POSITIVE_INFINITY),
  });
  const isCalling = state.call?.step === 'running' && block === undefined;
  const isPuttingBack = state.requeue?.step === 'running';
  const isPutBack = state.requeue?.step === 'done';
  const isCompleting = state.complete?.step === 'running' || state.complete?.step === 'done';
  const isDone = isPutBack || isPuttingBack || isCompleting;

  const callReason = block === undefined ? undefined : t(BLOCK_WORDS[block]);
  const requeueReason = whyNotRequeue();
  function whyNotRequeue(): string | undefined {
    if (!isLoaded || isPutBack || card.mayRequeue) return undefined;
    return card.attempts + 1 >= card.maxAttempts ? t('NoAttemptsLeft', { max: card.maxAttempts }) : t('RequeueOff');
  }
  const failures = [
    state.call?.step === 'failed' ? t('CallFailed') : undefined,
    state.complete?.step === 'failed' ? t('CompleteFailed') : undefined,
    state.requeue?.step === 'failed'
      ? `${t('ActFailed')} ${t(FAILURE_WORDS[state.requeue.failure ?? 'unexpected'], { max: card.maxAttempts })}`
      : undefined,
  ].filter((one) => one !== undefined);
  const number =
    card.callBlock === 'number-withheld' || card.numberToCall === ''
      ? undefined
      : phoneNumber(card.numberToCall, card.numberToCallText);
  return (
    <Box element="C_AND_V_ACTIONS">
      <Box display="flex" columnGap="space40" rowGap="space30" flexWrap="wrap">
        <WithNote id={callNote} note={callReason}>
          <Button
            variant="primary"
            disabled={block !== undefined || isCalling || isDone}
            aria-describedby={callReason === undefined ? undefined : callNote}
            onClick={() => void acts.callBack(task, card)}
          >
            {isCalling ? t('Calling') : number === undefined ? t('CallNobody') : t('Call', { number })}
          </Button>
        </WithNote>
        {config.allowRequeue && (
          <WithNote id={requeueNote} note={requeueReason}>
            <Button
              variant="secondary"
              disabled={!isLoaded || requeueReason !== undefined || isDone}
              aria-describedby={requeueReason === undefined ? undefined : requeueNote}
              onClick={() => void acts.requeue(task)}
            >
              {t(isPuttingBack ? 'PuttingBack' : 'TryLater')}
            </Button>
          </WithNote>
        )}
        <Button variant="secondary" disabled={isDone} onClick={() => void acts.complete(task)}>
          {t(isCompleting ? 'Completing' : 'MarkHandled')}
        </Button>
      </Box>
      <Box role="status" minHeight="20px" marginTop="space20">
        {isPutBack && <Text as="span">{t('PutBack')}</Text>}
        {failures.map((one) => (
          <Text as="div" key={one} color="colorTextError">
            {one}
          </Text>
        ))}
      </Box>
    </Box>
  );
};

/** A button, and right under it why it is disabled. */
const WithNote: React.FC<{ id: string; note: string | undefined }> = ({ id, note, children }) => (
  <Box>
    {children}
    {note !== undefined && (
      <Text as="div" id={id} fontSize="fontSize20" color="colorTextWeak" marginTop="space10">
        {note}
      </Text>
    )}
  </Box>
);
