import { isAudio } from '../notification/audio-format';
import { TwilioError } from '../runtime/errors';
import { type RecordingMediaClient, RecordingUnavailable } from '../twilio/recording-media';
import { ListenRefusal } from './listen-refusal';

/** Enough to tell sound from what the account has encrypted. */
const PROBE_BYTES = 16;

/**
 * Looks whether a recording can be played, by its first bytes.
 * @returns bytes of the whole file; undefined when Twilio does not say
 * @throws ListenRefusal saying why it cannot
 */
export async function probeRecording(media: RecordingMediaClient, recordingSid: string): Promise<number | undefined> {
  try {
    const { bytes, total } = await media.readRange(recordingSid, 'mp3', 0, PROBE_BYTES);
    if (bytes.length === 0) throw new ListenRefusal('no-recording');
    if (isAudio(bytes, 'mp3')) return total;
  } catch (error) {
    throw await asRefusal(error, media, recordingSid);
  }
  throw await asRefusal(new RecordingUnavailable(false), media, recordingSid);
}

/** What a recording that cannot be read means to who wants to listen. Never throws. */
export async function asRefusal(error: unknown, media: RecordingMediaClient, recordingSid: string): Promise<unknown> {
  if (!(error instanceof RecordingUnavailable)) return error;
  const storage = await media.readStorage(recordingSid).catch(() => 'twilio' as const);
  if (storage !== 'twilio') return new ListenRefusal(`recording-${storage}`, error);
  if (error.isGone) return new ListenRefusal('recording-deleted', error);
  return new TwilioError('GET recording', { failure: 'unavailable', cause: error });
}
