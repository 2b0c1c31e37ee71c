import type { Invocation } from '../invocation';
import { BadRequest } from '../runtime/errors';
import { RecordingUnavailable } from '../twilio/recording-media';
import { readReviewAudioLink, reviewAudioUrl } from './review-audio-link';

/** Seventeen minutes of mp3; a Function's response may have 6 MB. Of a longer message the beginning is heard. */
const MAX_BYTES = 4 * 1_048_576;

/**
 * The URL from which Twilio can play a recording.
 * @returns undefined while the recording cannot be read, as in the seconds in which Twilio processes it
 * @throws ConfigurationError without a key to sign with
 */
export async function playableUrl(invocation: Invocation, recordingSid: string): Promise<string | undefined> {
  try {
    // What is read here can be read for Twilio a moment later.
    await invocation.twilio.recordingMedia.readRange(recordingSid, 'mp3', 0, 1);
  } catch (error) {
    if (!(error instanceof RecordingUnavailable)) throw error;
    invocation.log.info('recording not playable', { recordingSid, code: error.code });
    return undefined;
  }
  return reviewAudioUrl(invocation.origin, recordingSid, invocation.environment, Date.now());
}

/**
 * The sound that a link of `playableUrl` leads to, as mp3.
 * @throws BadRequest 403 for any other link, 404 when the recording is gone; RecordingUnavailable
 */
export async function readReviewAudio(invocation: Invocation, event: Record<string, unknown>): Promise<Buffer> {
  const recordingSid = readReviewAudioLink(event, invocation.environment, Date.now());
  if (recordingSid === undefined)
    throw new BadRequest('bad-link', 'The link is not valid, or not any more', 'Record a message first.', 403);
  try {
    return (await invocation.twilio.recordingMedia.readRange(recordingSid, 'mp3', 0, MAX_BYTES)).bytes;
  } catch (error) {
    if (error instanceof RecordingUnavailable && error.isGone)
      throw new BadRequest('recording-gone', error.message, error.advice, 404);
    throw error;
  }
}
