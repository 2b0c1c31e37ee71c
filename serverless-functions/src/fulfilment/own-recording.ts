import type { CallRecording } from '../twilio/voice';

/** Twilio's timestamps have whole seconds, and clocks of Twilio and ours may differ. */
const START_TOLERANCE_MS = 5_000;

/**
 * True for a recording that can only be ours: it began after the caller was invited to speak. An IVR may have recorded
 * the caller's name with the same verb before, even a moment before: that recording had ended by then. Pure.
 * @param invitedAt milliseconds since 1970: when the entry was written, before the invitation was spoken
 */
export function isOwnRecording(
  { startedAt, seconds, status }: Pick<CallRecording, 'startedAt' | 'seconds' | 'status'>,
  invitedAt: number,
): boolean {
  if (startedAt < invitedAt - START_TOLERANCE_MS) return false;
  return status !== 'completed' || startedAt + (seconds + 1) * 1_000 > invitedAt;
}

/** What became of a recording that Twilio lists. */
export type RecordingProgress = 'completed' | 'unfinished' | 'none';

/**
 * Whether a message is there, may still come, or will not. Pure.
 * @param status as Twilio lists it
 */
export function recordingProgress(status: CallRecording['status']): RecordingProgress {
  switch (status) {
    case 'completed':
      return 'completed';
    case 'in-progress':
    case 'paused':
    case 'stopped':
    case 'processing':
      return 'unfinished';
    case 'absent':
    case 'deleted':
      return 'none';
    default:
      // A status that Twilio adds later: it is waited for, as long as for any other.
      return 'unfinished';
  }
}
