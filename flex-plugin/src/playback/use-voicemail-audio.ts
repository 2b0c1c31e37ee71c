import { useEffect, useRef, useState } from 'react';
import { readPreferences } from '../preferences';
import type { FetchRange } from './chunked-recording';
import { type PlaybackState, RATES, VoicemailAudio } from './voicemail-audio';

/** Creates the audio of a voicemail; tests replace it. */
export type CreateAudio = (fetchRange: FetchRange, seconds: number | undefined) => VoicemailAudio;
const createVoicemailAudio: CreateAudio = (fetchRange, seconds) => new VoicemailAudio(fetchRange, seconds);

/**
 * Creates a task's audio and disposes of it when the task changes or the component unmounts.
 * @param fetchRange fetches a range of the recording
 * @param seconds its duration, as the ledger says
 * @returns the audio and its current state; both undefined before the first effect
 */
export function useVoicemailAudio(
  taskSid: string,
  fetchRange: (taskSid: string, ...range: Parameters<FetchRange>) => ReturnType<FetchRange>,
  seconds: number | undefined,
  createAudio: CreateAudio = createVoicemailAudio,
): { audio: VoicemailAudio | undefined; state: PlaybackState | undefined } {
  const [audio, setAudio] = useState<VoicemailAudio>();
  const [state, setState] = useState<PlaybackState>();
  // A refetched card may bring another length or function; only another task is another recording.
  const latest = useRef({ fetchRange, seconds, createAudio });
  latest.current = { fetchRange, seconds, createAudio };
  useEffect(() => {
    const { current } = latest;
    const created = current.createAudio((...range) => latest.current.fetchRange(taskSid, ...range), current.seconds);
    const { playbackRate } = readPreferences();
    if (RATES.some((rate) => rate === playbackRate)) created.setRate(playbackRate);
    setAudio(created);
    setState(created.snapshot);
    const stop = created.subscribe(() => setState(created.snapshot));
    return () => {
      stop();
      created.dispose();
    };
  }, [taskSid]);
  return { audio, state };
}
