import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import type { ITask } from '@twilio/flex-ui';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { Callout } from '@twilio-paste/core/callout';
import { ScreenReaderOnly } from '@twilio-paste/core/screen-reader-only';
import { SkeletonLoader } from '@twilio-paste/core/skeleton-loader';
import { Text } from '@twilio-paste/core/text';
import * as React from 'react';
import { useEffect } from 'react';
import { useDispatch, useSelector } from 'react-redux';
import { FAILURE_WORDS, isFinal } from '../functions-client/failure-words';
import { Player } from '../playback/Player';
import type { CreateAudio } from '../playback/use-voicemail-audio';
import { usePlugin } from '../plugin-context';
import { type FlexState, isOnCall as isOnCallNow, workerName } from '../state/flex-state';
import { actions, type RootState, selectActs, selectIsCallingElsewhere, withoutRecording } from '../state/state';
import { clock, isNumberLike, list } from '../strings/formats';
import { CardActions } from './CardActions';
import { CardHeader } from './CardHeader';
import { cardFromAttributes } from './card-from-attributes';
import { DeleteRecording } from './DeleteRecording';
import { MailState } from './MailState';
import { Transcript } from './Transcript';
import { useCard } from './use-card';
import { useNow } from './use-now';

export interface TaskCardProps {
  /** Given by Flex. */
  task?: ITask;
  /** In a supervisor's view of somebody else's task: to see and to hear, not to act as its agent. */
  isMonitoring?: boolean;
  createAudio?: CreateAudio;
}

/**
 * What an agent sees of a callback or voicemail, in the place of Flex's Info tab. Flex gives the panel its padding, and
 * makes every paragraph in it bold: so there are none.
 */
export const TaskCard: React.FC<TaskCardProps> = ({ task, ...props }) =>
  // Another task is another card: no state of one may show on the other.
  task === undefined ? null : <OneCard key={task.taskSid} task={task} {...props} />;

const HELD: readonly string[] = ['accepted', 'wrapping'];

const OneCard: React.FC<TaskCardProps & { task: ITask }> = ({ task, isMonitoring = false, createAudio }) => {
  const { config, words, isSupervisor } = usePlugin();
  const { t } = words;
  const now = useNow();
  const isHeld = HELD.includes(task.status);
  const { card: loaded, loading, failure, news, reload } = useCard(task.taskSid, isHeld || isMonitoring);
  const dispatch = useDispatch();
  useEffect(() => {
    if (!isMonitoring) return undefined;
    // Nobody tells a supervisor's Flex when another's task is over: what was looked at is not kept.
    return () => void dispatch(actions.forgotten(task.taskSid));
  }, [dispatch, isMonitoring, task.taskSid]);
  const acts = useSelector((root: RootState) => selectActs(root, task.taskSid));
  const onCall = useSelector(
    (root: FlexState & RootState) => isOnCallNow(root) || selectIsCallingElsewhere(root, task.taskSid),
  );
  const handledBy = useSelector((root: FlexState) => (isMonitoring ? workerName(root, task.workerSid) : undefined));
  // Flex is told of a deletion by the task's attributes, at once; who wrote them matters little for taking something away.
  const isDeleted = loaded?.recording.state === 'ready' && task.attributes?.callBackData?.isDeleted === true;
  const known = isDeleted ? withoutRecording(loaded) : loaded;
  const card = known ?? cardFromAttributes(task, config.maxAttempts);
  const isVoicemail = card.taskType === 'voicemail';
  const saysMail = isVoicemail && config.enableEmailNotifications;
  // Until the server has answered, that the task's attributes hold none says nothing.
  const saysTranscript = isVoicemail && (loaded !== undefined || card.transcript.state === 'ready');
  const isWaiting = loaded === undefined && failure === undefined && (isHeld || isMonitoring);
  return (
    <Box
      display="flex"
      flexDirection="column"
      rowGap="space50"
      // The panel clips what lies outside: room for the focus ring.
      paddingX="space20"
      paddingY="space30"
      role="region"
      aria-label={t(isVoicemail ? 'Voicemail' : 'Callback')}
      aria-busy={loading && loaded === undefined}
      element="C_AND_V_CARD"
    >
      <CardHeader
        card={card}
        name={nameOf(task, card)}
        now={now}
        handledBy={handledBy}
        isLoaded={loaded !== undefined}
      />
      <Rule />
      {failure !== undefined && acts.requeue?.step !== 'done' && (
        <Callout variant="error">
          <Text as="div" fontWeight="fontWeightSemibold" color="inherit">
            {t('DetailsFailed')}
          </Text>
          <Text as="div" color="inherit">
            {t(FAILURE_WORDS[failure])}
          </Text>
          {!isFinal(failure) && (
            <Box marginTop="space30">
              <Button variant="secondary" size="small" loading={loading} onClick={reload}>
                {t('TryAgain')}
              </Button>
            </Box>
          )}
        </Callout>
      )}
      {!isHeld && !isMonitoring && <Text as="div">{t('AcceptFirst')}</Text>}
      {isWaiting ? (
        <Skeleton isVoicemail={isVoicemail} label={t('Loading')} />
      ) : (
        <>
          {isVoicemail && loaded !== undefined && (
            <Player
              taskSid={task.taskSid}
              recording={card.recording}
              receivedAt={card.receivedAt}
              isOnCall={onCall || acts.call?.step === 'running'}
              onDeleted={reload}
              onHeard={reload}
              createAudio={createAudio}
            />
          )}
          {saysTranscript && <Transcript transcript={card.transcript} />}
          {loaded !== undefined && (card.otherTasks.length > 0 || saysMail) && (
            <>
              <Rule />
              <Others others={card.otherTasks} now={now} />
              {saysMail && <MailState email={card.email} now={now} />}
            </>
          )}
        </>
      )}
      {isHeld && !isMonitoring && (
        <CardActions task={task} card={card} isLoaded={loaded !== undefined} isOnCall={onCall} />
      )}
      {isSupervisor && isVoicemail && loaded !== undefined && (
        <DeleteRecording taskSid={task.taskSid} hasRecording={card.recording.state === 'ready'} />
      )}
      <ScreenReaderOnly>
        <span role="status">{news === 'transcript-arrived' ? t('TranscriptArrived') : ''}</span>
      </ScreenReaderOnly>
    </Box>
  );
};

const Rule: React.FC = () => (
  <Box borderTopStyle="solid" borderTopWidth="borderWidth10" borderTopColor="colorBorderWeaker" />
);

/** As high as what will take its place. */
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
const Others: React.FC<{ others: VoicemailCard['otherTasks']; now: number }> = ({ others, now }) => {
  const { words } = usePlugin();
  const { t } = words;
  if (others.length === 0) return null;
  const names = list(
    words,
    others.map(({ taskType, receivedAt }) =>
      t('OtherItem', {
        type: t(taskType === 'voicemail' ? 'Voicemail' : 'Callback').toLocaleLowerCase(words.locale),
        time: clock(words, receivedAt, now),
      }),
    ),
  );
  return (
    <Text as="div" fontSize="fontSize20">
      {others.length === 1 ? t('OtherOne', { list: names }) : t('OtherMany', { count: others.length, list: names })}
    </Text>
  );
};

/** A name that says more than the number. */
function nameOf(task: ITask, card: VoicemailCard): string | undefined {
  const name: unknown = card.callerName ?? task.attributes?.name;
  if (typeof name !== 'string' || name === '' || card.callBlock === 'number-withheld') return undefined;
  return isNumberLike(name) ? undefined : name;
}
