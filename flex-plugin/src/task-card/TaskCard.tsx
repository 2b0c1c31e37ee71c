import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import type { ITask } from '@twilio/flex-ui';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Callout } from '@twilio-paste/core/callout';
import { ScreenReaderOnly } from '@twilio-paste/core/screen-reader-only';
import { SkeletonLoader } from '@twilio-paste/core/skeleton-loader';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useEffect, useRef, useState } from 'react';
import { useSelector } from 'react-redux';
import { FAILURE_MESSAGES, isFinal } from '../functions-client/failure-messages';
import type { FailureCode } from '../functions-client/functions-error';
import { isNothingFocused } from '../nothing-focused';
import { Player } from '../playback/Player';
import type { CreateAudio } from '../playback/use-voicemail-audio';
import { usePlugin } from '../plugin-context';
import { readPreferences, savePreferences } from '../preferences';
import { withoutRecording } from '../queries/card-query';
import { type AgentRootState, selectActionStatuses, selectIsCallingElsewhere } from '../state/agent-state';
import { type FlexState, selectIsOnCall, selectWorkerName } from '../state/flex-state';
import { formatList, formatTime, isNumberLike } from '../strings/formats';
import { isOfPlainFeature } from '../task-channels/task-type';
import { CardActions } from './CardActions';
import { CardHeader } from './CardHeader';
import { cardFromAttributes } from './card-from-attributes';
import { DeleteRecording } from './DeleteRecording';
import { EmailStatus } from './EmailStatus';
import { Shortcuts } from './Shortcuts';
import { Transcript } from './Transcript';
import { useCard } from './use-card';
import { useCardShortcuts } from './use-card-shortcuts';
import { useNow } from './use-now';

export interface TaskCardProps {
  /** Given by Flex. */
  task?: ITask;
  /** In a supervisor's view of another worker's task: read and listen only. */
  isMonitoring?: boolean;
  createAudio?: CreateAudio;
}

/**
 * The card of a callback or voicemail; it replaces Flex's Info tab. Flex adds the padding, and makes paragraphs bold,
 * so the card has none.
 */
export const TaskCard: React.FC<TaskCardProps> = ({ task, ...props }) =>
  // The key resets all state when another task is selected.
  task === undefined ? null : <TaskCardContent key={task.taskSid} task={task} {...props} />;

const HELD_STATUSES: readonly string[] = ['accepted', 'wrapping'];

const TaskCardContent: React.FC<TaskCardProps & { task: ITask }> = ({ task, isMonitoring = false, createAudio }) => {
  const { agentActions, config, translator, isSupervisor } = usePlugin();
  const { t } = translator;
  const now = useNow();
  const isHeld = HELD_STATUSES.includes(task.status);
  const mayLoad = hasLoadableCard(task, isMonitoring);
  const { card: loaded, isFetching, failure, hasTranscriptArrived, refetch } = useCard(task.taskSid, mayLoad);
  useEffect(() => {
    if (!isMonitoring) return undefined;
    // A supervisor's Flex gets no event when an agent's task ends, so nothing is kept once the card is closed.
    return () => agentActions.removeTask(task.taskSid);
  }, [agentActions, isMonitoring, task.taskSid]);
  const statuses = useSelector((root: AgentRootState) => selectActionStatuses(root, task.taskSid));
  const isOnCall = useSelector(
    (root: FlexState & AgentRootState) => selectIsOnCall(root) || selectIsCallingElsewhere(root, task.taskSid),
  );
  const assignee = useSelector((root: FlexState) =>
    isMonitoring ? selectWorkerName(root, task.workerSid) : undefined,
  );
  const card = combineCard(task, loaded, config.maxAttempts);
  const isVoicemail = card.taskType === 'voicemail';
  const showsEmail = isVoicemail && config.enableEmailNotifications;
  // Before the card is loaded, a missing transcript in the attributes means nothing.
  const showsTranscript = isVoicemail && (loaded !== undefined || card.transcript.state === 'ready');
  const isActing = isHeld && !isMonitoring;
  const { region, hasShortcuts, switchShortcuts } = useKeyboard(isActing, loaded);
  const isWaiting = loaded === undefined && failure === undefined && mayLoad;
  return (
    <Box
      ref={region}
      tabIndex={-1}
      outline="none"
      display="flex"
      flexDirection="column"
      rowGap="space50"
      // Room for the focus ring, which the panel would clip.
      paddingX="space20"
      paddingY="space30"
      role="region"
      aria-label={t(isVoicemail ? 'Voicemail' : 'Callback')}
      aria-busy={isFetching && loaded === undefined}
      element="CALLBACK_AND_VOICEMAIL_EMAIL_CARD"
    >
      <CardHeader
        card={card}
        name={getDisplayName(task, card)}
        now={now}
        assignee={assignee}
        isLoaded={loaded !== undefined}
      />
      <Divider />
      <TakenNotice takenFromEmail={card.takenFromEmail} now={now} />
      <PlainFeatureNotice task={task} />
      <NoMessageNotice noMessage={card.noMessage} />
      {failure !== undefined && statuses.requeue?.step !== 'done' && (
        <LoadFailure failure={failure} isRetrying={isFetching} onRetry={refetch} />
      )}
      {!isHeld && !isMonitoring && <Text as="div">{t('AcceptFirst')}</Text>}
      {!isHeld && statuses.accept?.step === 'failed' && <AcceptFailure failure={statuses.accept.failure} />}
      {isWaiting ? (
        <Skeleton isVoicemail={isVoicemail} label={t('Loading')} />
      ) : (
        <>
          {isVoicemail && loaded !== undefined && (
            <Player
              taskSid={task.taskSid}
              recording={card.recording}
              receivedAt={card.receivedAt}
              isOnCall={isOnCall || statuses.call?.step === 'running'}
              takesFocus={isActing}
              hasShortcuts={hasShortcuts}
              onRecordingDeleted={refetch}
              onPlaybackStarted={refetch}
              createAudio={createAudio}
            />
          )}
          {showsTranscript && <Transcript transcript={card.transcript} />}
          {loaded !== undefined && (card.otherTasks.length > 0 || showsEmail) && (
            <>
              <Divider />
              <OtherOpenTasks others={card.otherTasks} now={now} />
              {showsEmail && <EmailStatus email={card.email} now={now} />}
            </>
          )}
        </>
      )}
      {isActing && (
        <>
          <CardActions
            task={task}
            card={card}
            isLoaded={loaded !== undefined}
            isBeingChecked={isWaiting}
            isOnCall={isOnCall}
            hasShortcuts={hasShortcuts}
          />
          <Shortcuts isVoicemail={isVoicemail} isOn={hasShortcuts} onSwitch={switchShortcuts} />
        </>
      )}
      {isSupervisor && isVoicemail && loaded !== undefined && (
        <DeleteRecording
          taskSid={task.taskSid}
          voicemailId={card.voicemail_id}
          hasRecording={card.recording.state === 'ready'}
        />
      )}
      <ScreenReaderOnly>
        <span role="status">{hasTranscriptArrived ? t('TranscriptArrived') : ''}</span>
      </ScreenReaderOnly>
    </Box>
  );
};

/**
 * Shortcuts, and where the focus is after a task was accepted: on "Play", and without a player on the card.
 * @param isActing false: neither
 */
function useKeyboard(isActing: boolean, loaded: VoicemailCard | undefined) {
  const region = useRef<HTMLDivElement>(null);
  const [isOn, setIsOn] = useState(() => readPreferences().hasShortcuts);
  const hasShortcuts = isActing && isOn;
  useCardShortcuts(region, hasShortcuts);
  const isWithoutPlayer = isActing && loaded !== undefined && !hasPlayer(loaded);
  useEffect(() => {
    // The button that accepted the task is gone.
    if (isWithoutPlayer && isNothingFocused()) region.current?.focus({ preventScroll: true });
  }, [isWithoutPlayer]);
  function switchShortcuts(next: boolean): void {
    setIsOn(next);
    savePreferences({ hasShortcuts: next });
  }
  return { region, hasShortcuts, switchShortcuts };
}

const hasPlayer = ({ taskType, recording }: VoicemailCard) => taskType === 'voicemail' && recording.state === 'ready';

/** The Functions answer for a task that the agent holds or a supervisor watches, and that is theirs. */
const hasLoadableCard = (task: ITask, isMonitoring: boolean) =>
  (HELD_STATUSES.includes(task.status) || isMonitoring) && !isOfPlainFeature(task);

const PlainFeatureNotice: React.FC<{ task: ITask }> = ({ task }) => {
  const { t } = usePlugin().translator;
  if (!isOfPlainFeature(task)) return null;
  return (
    <Callout variant="neutral">
      <Text as="div" color="inherit">
        {t('PlainFeatureTask')}
      </Text>
    </Callout>
  );
};

/** Above all else: who holds the task, or is offered it, would call a second time. */
const TakenNotice: React.FC<Pick<VoicemailCard, 'takenFromEmail'> & { now: number }> = ({ takenFromEmail, now }) => {
  const { translator } = usePlugin();
  if (takenFromEmail === undefined) return null;
  const { by: name, at } = takenFromEmail;
  return (
    <Callout variant="warning">
      <Text as="div" color="inherit">
        {translator.t('TakenFromEmail', { name, time: formatTime(translator, at, now) })}
      </Text>
    </Callout>
  );
};

/** Why a caller who chose voicemail is called back without a message. */
const NoMessageNotice: React.FC<Pick<VoicemailCard, 'noMessage'>> = ({ noMessage }) => {
  const { t } = usePlugin().translator;
  if (noMessage === undefined) return null;
  return (
    <Callout variant={noMessage === 'failed' ? 'warning' : 'neutral'}>
      <Text as="div" color="inherit">
        {t(noMessage === 'failed' ? 'MessageFailed' : 'MessageSilent')}
      </Text>
    </Callout>
  );
};

const AcceptFailure: React.FC<{ failure: FailureCode | undefined }> = ({ failure = 'unexpected' }) => {
  const { t } = usePlugin().translator;
  return (
    <Callout variant="error">
      <Text as="div" color="inherit" role="alert">
        {t('ActionFailed')} {t(FAILURE_MESSAGES[failure])}
      </Text>
    </Callout>
  );
};

const LoadFailure: React.FC<{ failure: FailureCode; isRetrying: boolean; onRetry: () => void }> = ({
  failure,
  isRetrying,
  onRetry,
}) => {
  const { t } = usePlugin().translator;
  return (
    <Callout variant="error">
      <Text as="div" fontWeight="fontWeightSemibold" color="inherit">
        {t('DetailsFailed')}
      </Text>
      <Text as="div" color="inherit">
        {t(FAILURE_MESSAGES[failure])}
      </Text>
      {!isFinal(failure) && (
        <Box marginTop="space30">
          <Button variant="secondary" size="small" loading={isRetrying} onClick={onRetry}>
            {t('TryAgain')}
          </Button>
        </Box>
      )}
    </Callout>
  );
};

const Divider: React.FC = () => (
  <Box borderTopStyle="solid" borderTopWidth="borderWidth10" borderTopColor="colorBorderWeaker" />
);

/** As high as the content that replaces it. */
const Skeleton: React.FC<{ isVoicemail: boolean; label: string }> = ({ isVoicemail, label }) => (
  <Box display="flex" flexDirection="column" rowGap="space50" role="status">
    <ScreenReaderOnly>{label}</ScreenReaderOnly>
    {isVoicemail && (
      <>
        <SkeletonLoader height="64px" aria-hidden="true" />
        <SkeletonLoader height="48px" aria-hidden="true" />
      </>
    )}
    <SkeletonLoader height="24px" width="60%" aria-hidden="true" />
  </Box>
);

/** Other open callbacks and voicemails of the same caller. */
const OtherOpenTasks: React.FC<{ others: VoicemailCard['otherTasks']; now: number }> = ({ others, now }) => {
  const { translator } = usePlugin();
  const { t } = translator;
  if (others.length === 0) return null;
  const names = formatList(
    translator,
    others.map(({ taskType, receivedAt }) =>
      t('OtherItem', {
        type: t(taskType === 'voicemail' ? 'Voicemail' : 'Callback').toLocaleLowerCase(translator.locale),
        time: formatTime(translator, receivedAt, now),
      }),
    ),
  );
  return (
    <Text as="div" fontSize="fontSize20">
      {t('OtherTasks', { count: others.length, list: names })}
    </Text>
  );
};

/** @returns the loaded card, or what the task's attributes say while there is none */
function combineCard(task: ITask, loaded: VoicemailCard | undefined, maxAttempts: number): VoicemailCard {
  if (loaded === undefined) return cardFromAttributes(task, maxAttempts);
  // A deletion arrives with the attributes at once. Anyone may write them, but here they can only hide something.
  const isDeleted = loaded.recording.state === 'ready' && task.attributes?.callBackData?.isDeleted === true;
  return isDeleted ? withoutRecording(loaded) : loaded;
}

/** @returns the caller's name, unless it is only a number */
function getDisplayName(task: ITask, card: VoicemailCard): string | undefined {
  const name: unknown = card.callerName ?? task.attributes?.name;
  if (typeof name !== 'string' || name === '' || card.callBlock === 'number-withheld') return undefined;
  return isNumberLike(name) ? undefined : name;
}
