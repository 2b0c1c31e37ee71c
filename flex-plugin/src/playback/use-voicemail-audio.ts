import { useEffect, useRef, useState } from 'react';
import type { FetchRange } from './chunked-recording';
import { type PlaybackState, VoicemailAudio } from './voicemail-audio';

/** Makes the sound of a task's voicemail; tests give another. */
export type CreateAudio = (fetchRange: FetchRange, seconds: number | undefined) => VoicemailAudio;
const createVoicemailAudio: CreateAudio = (fetchRange, seconds) => new VoicemailAudio(fetchRange, seconds);

/**
 * @param taskSid another task: another sound, and the old one is released
 * @param fetchRange asks for a range of it
 * @param seconds its length, as the ledger says
 * @returns the sound and what to show of it
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
