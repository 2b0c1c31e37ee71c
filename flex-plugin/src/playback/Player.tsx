import type { VoicemailCard } from '@callback-and-voicemail/contract/flex-api';
import { Box } from '@twilio-paste/core/box';
import { Button } from '@twilio-paste/core/button';
import { ScreenReaderOnly } from '@twilio-paste/core/screen-reader-only';
import { Option, Select } from '@twilio-paste/core/select';
import { Spinner } from '@twilio-paste/core/spinner';
import { Text } from '@twilio-paste/core/text';
import { DownloadIcon } from '@twilio-paste/icons/esm/DownloadIcon';
import { PauseIcon } from '@twilio-paste/icons/esm/PauseIcon';
import { PlayIcon } from '@twilio-paste/icons/esm/PlayIcon';
import * as React from 'react';
import { FAILURE_MESSAGES } from '../functions-client/failure-messages';
import { failureCode } from '../functions-client/functions-error';
import { isNothingFocused } from '../nothing-focused';
import { usePlugin } from '../plugin-context';
import { savePreferences } from '../preferences';
import { saveFile } from '../save-file';
import { formatDuration, formatElapsed, formatNumber } from '../strings/formats';
import type { StringKey } from '../strings/strings';
import { useId } from '../use-id';
import { type CreateAudio, useVoicemailAudio } from './use-voicemail-audio';
import { type PlaybackState, RATES } from './voicemail-audio';
import { Waveform } from './Waveform';

export interface PlayerProps {
  taskSid: string;
  recording: VoicemailCard['recording'];
  /** For the name of a downloaded file. */
  receivedAt: string;
  isOnCall: boolean;
  /** True: "Play" gets the focus when it appears and nothing else has it. */
  takesFocus: boolean;
  hasShortcuts: boolean;
  /** Called once, when playback first starts; the server has recorded who listened. */
  onPlaybackStarted: () => void;
  /** Called once, when the recording turns out to be deleted. */
  onRecordingDeleted: () => void;
  createAudio?: CreateAudio;
}

/** The voicemail's player, or why there is none, in the same space. */
export const Player: React.FC<PlayerProps> = (props) => {
  const { t } = usePlugin().translator;
  const { state, byRule } = props.recording;
  const deleted = byRule ? 'RecordingDeletedByRule' : 'RecordingDeleted';
  return (
    <Box minHeight="64px" role="group" aria-label={t('Player')} element="CALLBACK_AND_VOICEMAIL_EMAIL_PLAYER">
      {state === 'ready' ? (
        <ReadyPlayer {...props} />
      ) : (
        <Text as="div" color="colorTextWeak" paddingY="space50">
          {t(state === 'deleted' ? deleted : 'RecordingNone')}
        </Text>
      )}
    </Box>
  );
};

const ReadyPlayer: React.FC<PlayerProps> = ({
  taskSid,
  recording,
  receivedAt,
  isOnCall,
  takesFocus,
  hasShortcuts,
  onPlaybackStarted,
  onRecordingDeleted,
  createAudio,
}) => {
  const { fetchAudio, translator, isSupervisor } = usePlugin();
  const { t } = translator;
  const { audio, state } = useVoicemailAudio(taskSid, fetchAudio, recording.seconds, createAudio);
  const speedId = useId('speed');
  const [pausedForCall, setPausedForCall] = React.useState(false);
  const [downloadFailure, setDownloadFailure] = React.useState<StringKey>();
  const step = state?.step;
  const wasOnCall = React.useRef(isOnCall);
  React.useEffect(() => {
    // Only the beginning of a call pauses: the agent may play during the call.
    const hasCallBegun = isOnCall && !wasOnCall.current;
    wasOnCall.current = isOnCall;
    if (!isOnCall) setPausedForCall(false);
    if (!hasCallBegun || (step !== 'playing' && step !== 'loading')) return;
    audio?.pause();
    setPausedForCall(true);
  }, [isOnCall, audio, step]);
  const hasStarted = React.useRef(false);
  React.useEffect(() => {
    if (step !== 'playing' || hasStarted.current) return;
    hasStarted.current = true;
    onPlaybackStarted();
  }, [step, onPlaybackStarted]);
  const isGone = state?.failure === 'recording-deleted';
  const isDeletionReported = React.useRef(false);
  React.useEffect(() => {
    if (!isGone || isDeletionReported.current) return;
    isDeletionReported.current = true;
    onRecordingDeleted();
  }, [isGone, onRecordingDeleted]);
  const isReady = audio !== undefined;
  const playButton = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => {
    // The button that accepted the task is gone, and the first key press plays.
    if (takesFocus && isReady && isNothingFocused()) playButton.current?.focus({ preventScroll: true });
  }, [takesFocus, isReady]);
  const isFailureOld = useIsBackOnline(state?.failure ?? downloadFailure);
  if (state === undefined || audio === undefined) return <Box height="64px" />;

  const isPlaying = step === 'playing' || step === 'loading';
  const download = async () => {
    setDownloadFailure(undefined);
    try {
      saveFile(await audio.download(), `voicemail-${receivedAt.replace(/[^0-9A-Za-z]+/g, '-')}.mp3`);
    } catch (error) {
      setDownloadFailure(FAILURE_MESSAGES[failureCode(error)]);
    }
  };
  return (
    <>
      <Box display="flex" columnGap="space30">
        <Box>
          <Button
            ref={playButton}
            variant="secondary"
            size="circle"
            aria-keyshortcuts={hasShortcuts ? 'Space' : undefined}
            aria-label={t(isPlaying ? 'Pause' : 'Play')}
            onClick={() => (isPlaying ? audio.pause() : audio.play())}
          >
            {isPlaying ? <PauseIcon decorative /> : <PlayIcon decorative />}
          </Button>
        </Box>
        <Box display="flex" flexDirection="column" rowGap="space20" flexGrow={1} minWidth="0">
          <Waveform
            words={translator}
            bars={state.bars}
            position={state.position}
            duration={state.duration}
            onSeek={(seconds) => audio.seek(seconds)}
          />
          <Box display="flex" alignItems="center" columnGap="space20">
            <Text
              as="span"
              fontSize="fontSize20"
              color="colorTextWeak"
              whiteSpace="nowrap"
              fontVariantNumeric="tabular-nums"
            >
              {t('ElapsedTotal', {
                position: formatElapsed(state.position, state.duration),
                duration: formatDuration(state.duration),
              })}
            </Text>
            <Box display="flex" flexGrow={1}>
              {step === 'loading' && (
                <Spinner decorative={false} title={t('RecordingLoading')} size="sizeIcon20" delay={250} />
              )}
            </Box>
            <Box width="92px">
              <ScreenReaderOnly>
                <label htmlFor={speedId}>{t('Speed')}</label>
              </ScreenReaderOnly>
              <Select
                id={speedId}
                value={String(state.rate)}
                onChange={(event) => {
                  const rate = Number(event.currentTarget.value);
                  audio.setRate(rate);
                  savePreferences({ playbackRate: rate });
                }}
              >
                {RATES.map((rate) => (
                  <Option key={rate} value={String(rate)}>
                    {t('SpeedValue', { speed: formatNumber(translator, rate) })}
                  </Option>
                ))}
              </Select>
            </Box>
            {isSupervisor && (
              <Button
                variant="secondary_icon"
                size="circle"
                aria-label={t(state.downloading ? 'Downloading' : 'Download')}
                loading={state.downloading}
                onClick={download}
              >
                <DownloadIcon decorative />
              </Button>
            )}
          </Box>
        </Box>
      </Box>
      <Box role="status" minHeight="20px" marginTop="space20">
        {!isFailureOld && (
          <PlaybackMessage state={state} pausedForCall={pausedForCall} downloadFailure={downloadFailure} />
        )}
      </Box>
      {state.failure !== undefined && !isFailureOld && (
        <Button variant="link" onClick={() => audio.play()}>
          {t('TryAgain')}
        </Button>
      )}
    </>
  );
};

/** True when the browser has come online again since something failed: then the failure says nothing any more. */
function useIsBackOnline(failure: string | undefined): boolean {
  const [isBack, setIsBack] = React.useState(false);
  React.useEffect(() => {
    setIsBack(false);
    if (failure === undefined) return undefined;
    const onOnline = () => setIsBack(true);
    window.addEventListener('online', onOnline);
    return () => window.removeEventListener('online', onOnline);
  }, [failure]);
  return isBack;
}

const PlaybackMessage: React.FC<{ state: PlaybackState; pausedForCall: boolean; downloadFailure?: StringKey }> = ({
  state: { failure },
  pausedForCall,
  downloadFailure,
}) => {
  const { t } = usePlugin().translator;
  if (failure === 'unplayable') return <PlaybackError text={t('RecordingUnplayable')} />;
  const reason = failure === undefined ? downloadFailure : FAILURE_MESSAGES[failure];
  if (reason !== undefined) return <PlaybackError text={`${t('PlaybackFailed')} ${t(reason)}`} />;
  return (
    <Text as="span" fontSize="fontSize20" color="colorTextWeak">
      {pausedForCall ? t('PausedForCall') : ''}
    </Text>
  );
};

const PlaybackError: React.FC<{ text: string }> = ({ text }) => (
  <Text as="span" fontSize="fontSize20" color="colorTextError">
    {text}
  </Text>
);
