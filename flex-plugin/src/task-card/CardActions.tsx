import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import type { ITask } from '@twilio/flex-ui';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useLayoutEffect, useRef, useState } from 'react';
import { useSelector } from 'react-redux';
import { BLOCK_MESSAGES, callBlockReason } from '../calling-back/call-block';
import { confirmationStep } from '../calling-back/confirmation-step';
import { FAILURE_MESSAGES } from '../functions-client/failure-messages';
import type { FailureCode } from '../functions-client/functions-error';
import { usePlugin } from '../plugin-context';
import { type ActionStatuses, type AgentRootState, selectActionStatuses } from '../state/agent-state';
import { type FlexState, selectActivitySid } from '../state/flex-state';
import { formatPhoneNumber } from '../strings/formats';
import type { Translator } from '../strings/translator';
import { useId } from '../use-id';
import { Confirmation } from './Confirmation';

export interface CardActionsProps {
  task: ITask;
  card: VoicemailCard;
  /** False until the Functions have said what is allowed. */
  isLoaded: boolean;
  /** The Functions have not answered yet. */
  isBeingChecked: boolean;
  isOnCall: boolean;
  hasShortcuts: boolean;
}

/**
 * The primary button names the number it dials. A disabled button shows the reason beside it (ADR 0027). A number that
 * the Functions have not checked is dialed after a question only (ADR 0117). Where somebody must confirm the callback
 * first, the button has them asked (ADR 0123).
 */
export const CardActions: React.FC<CardActionsProps> = ({
  task,
  card,
  isLoaded,
  isBeingChecked,
  isOnCall,
  hasShortcuts,
}) => {
  const { agentActions, translator, config, isOutboundEnabled, offlineActivitySid } = usePlugin();
  const { t } = translator;
  const statuses = useSelector((root: AgentRootState) => selectActionStatuses(root, task.taskSid));
  const activity = useSelector((root: FlexState) => selectActivitySid(root));
  const callNoteId = useId('call-note');
  const requeueNoteId = useId('requeue-note');
  const blockReason = callBlockReason({
    number: card.numberToCall,
    isBeingChecked,
    callBlock: card.callBlock,
    isOutboundEnabled,
    isOffline: activity !== undefined && activity === offlineActivitySid,
    isOnCall,
  });
  const isCalling = statuses.call?.step === 'running' && blockReason === undefined;
  const isRequeuing = statuses.requeue?.step === 'running';
  const isRequeued = statuses.requeue?.step === 'done';
  const isCompleting = statuses.complete?.step === 'running' || statuses.complete?.step === 'done';
  const isDone = isRequeued || isRequeuing || isCompleting;

  const step = confirmationStep(card.confirmation, statuses.confirm?.step === 'running');
  const callNote = callNoteText();
  function callNoteText(): string | undefined {
    if (blockReason !== undefined) return t(BLOCK_MESSAGES[blockReason]);
    if (step !== undefined) return t(step.note);
    return isLoaded ? undefined : t('NumberUnchecked');
  }
  const requeueNote = requeueBlockReason();
  function requeueBlockReason(): string | undefined {
    if (!isLoaded || isRequeued || card.mayRequeue) return undefined;
    return card.attempts + 1 >= card.maxAttempts
      ? t('NoAttemptsLeft', { max: card.maxAttempts })
      : t('RequeueDisabled');
  }
  function callLabel(): string {
    if (isCalling) return t('Calling');
    return number === undefined ? t('CallUnknownNumber') : t(step?.label ?? 'Call', { number });
  }
  const shortcut = (key: string) => (hasShortcuts ? key : undefined);
  const number =
    card.callBlock === 'number-withheld' || card.numberToCall === ''
      ? undefined
      : formatPhoneNumber(card.numberToCall, card.numberToCallText);
  const call = () => void agentActions.callBack(task, card);
  const askAtNumber = () => void agentActions.confirmCaller(task);
  const callOrQuestion = isLoaded ? call : () => question.ask();
  const question = useQuestion(card.numberToCall, !isLoaded && blockReason === undefined && !isCalling && !isDone);
  useFocusAfter(step?.label === 'Asking', question.callButton);
  return (
    // What to do next is in sight whatever the height of the window.
    <Box
      element="CALLBACK_AND_VOICEMAIL_EMAIL_ACTIONS"
      position="sticky"
      bottom="0"
      zIndex="zIndex10"
      paddingTop="space20"
      backgroundColor="colorBackgroundBody"
    >
      <Box display="flex" columnGap="space40" rowGap="space30" flexWrap="wrap">
        <NotedButton id={callNoteId} note={callNote} isLive={step !== undefined}>
          <Button
            ref={question.callButton}
            variant="primary"
            disabled={blockReason !== undefined || isCalling || isDone || step?.does === 'nothing'}
            aria-describedby={callNote === undefined ? undefined : callNoteId}
            aria-keyshortcuts={shortcut('C')}
            onClick={step?.does === 'ask' ? askAtNumber : callOrQuestion}
          >
            {callLabel()}
          </Button>
        </NotedButton>
        {config.allowRequeue && (
          <NotedButton id={requeueNoteId} note={requeueNote}>
            <Button
              variant="secondary"
              disabled={!isLoaded || requeueNote !== undefined || isDone}
              aria-describedby={requeueNote === undefined ? undefined : requeueNoteId}
              aria-keyshortcuts={shortcut('L')}
              onClick={() => void agentActions.requeue(task)}
            >
              {t(isRequeuing ? 'Requeuing' : 'TryLater')}
            </Button>
          </NotedButton>
        )}
        <Button
          variant="secondary"
          disabled={isDone}
          aria-keyshortcuts={shortcut('H')}
          onClick={() => void agentActions.complete(task)}
        >
          {t(isCompleting ? 'Completing' : 'MarkHandled')}
        </Button>
      </Box>
      {question.isAsked && (
        <Confirmation
          title={t('CallUncheckedTitle', { number: number ?? '' })}
          text={t('NumberUnchecked')}
          cancelLabel={t('CallUncheckedCancel')}
          confirmLabel={callLabel()}
          onCancel={question.close}
          onConfirm={() => {
            question.close();
            call();
          }}
        />
      )}
      <Box role="status" minHeight="20px" paddingTop="space20">
        {isRequeued && <Text as="span">{t('Requeued')}</Text>}
        {failureMessages(translator, statuses, card.maxAttempts).map((one) => (
          <Text as="div" key={one} color="colorTextError">
            {one}
          </Text>
        ))}
      </Box>
    </Box>
  );
};

/**
 * Whether to call a number that nobody has checked.
 * @param mayAsk false closes the question: the Functions have answered, or something else forbids the call
 */
function useQuestion(number: string, mayAsk: boolean) {
  const callButton = useRef<HTMLButtonElement>(null);
  // Agents can change the attributes meanwhile: the answer is for the number that was asked about.
  const [askedNumber, setAskedNumber] = useState<string>();
  const isAsked = mayAsk && askedNumber === number;
  const wasAsked = useRef(false);
  useLayoutEffect(() => {
    if (!isAsked && wasAsked.current) callButton.current?.focus();
    if (!isAsked) setAskedNumber(undefined);
    wasAsked.current = isAsked;
  }, [isAsked]);
  return { callButton, isAsked, ask: () => setAskedNumber(number), close: () => setAskedNumber(undefined) };
}

/** A browser takes the focus from a button that is disabled meanwhile: it comes back, unless it is elsewhere by then. */
function useFocusAfter(isBusy: boolean, button: React.RefObject<HTMLButtonElement>): void {
  const wasBusy = useRef(false);
  useLayoutEffect(() => {
    if (wasBusy.current && !isBusy && document.activeElement === document.body) button.current?.focus();
    wasBusy.current = isBusy;
  }, [isBusy, button]);
}

/** Why what the agent started did not work. */
function failureMessages(
  { t }: Translator,
  { call, complete, confirm, requeue }: ActionStatuses,
  max: number,
): string[] {
  const reasonInFlex = (failure: FailureCode | undefined) =>
    failure === 'offline' || failure === 'stopped-in-flex' ? t(FAILURE_MESSAGES[failure]) : '';
  return [
    call?.step === 'failed' ? [t('CallFailed'), reasonInFlex(call.failure)].join(' ').trim() : '',
    complete?.step === 'failed' ? [t('CompleteFailed'), reasonInFlex(complete.failure)].join(' ').trim() : '',
    confirm?.step === 'failed' ? `${t('ActionFailed')} ${t(FAILURE_MESSAGES[confirm.failure ?? 'unexpected'])}` : '',
    requeue?.step === 'failed'
      ? `${t('ActionFailed')} ${t(FAILURE_MESSAGES[requeue.failure ?? 'unexpected'], { max })}`
      : '',
  ].filter((message) => message !== '');
}

/**
 * A button with the reason why it is disabled below it.
 * @param isLive the note changes by itself, and is read out
 */
const NotedButton: React.FC<{ id: string; note: string | undefined; isLive?: boolean }> = ({
  id,
  note,
  isLive = false,
  children,
}) => (
  <Box>
    {children}
    {note !== undefined && (
      <Text
        as="div"
        id={id}
        role={isLive ? 'status' : undefined}
        fontSize="fontSize20"
        color="colorTextWeak"
        marginTop="space10"
      >
        {note}
      </Text>
    )}
  </Box>
);
