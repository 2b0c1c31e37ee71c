import type { World } from '../world/types';
import { audioDuration } from './audio-duration';
import { parseConnectionOverrides, stripFragment } from './connection-overrides';
import { HttpRequestError, sendHttpRequest } from './http-request';
import { TwimlError } from './twiml-document';
import type { Webhooks } from './webhook';

const MAX_MEDIA_BYTES = 40 * 1_048_576;

/**
 * A recording of the account, as `<Record>`'s own example plays it back (docs/voice/twiml/record). No credentials travel
 * in the document, so it cannot be had where media are read with credentials only, or before it is processed.
 */
const OWN_RECORDING =
  /^https:\/\/api\.twilio\.com\/2010-04-01\/Accounts\/AC[0-9a-f]{32}\/Recordings\/(RE[0-9a-f]{32})(?:\.(?:mp3|wav))?$/;

export interface PlayedMedia {
  /** Milliseconds the file at that URL lasts. @throws TwimlError 11200, 11205, 12300 */
  duration(url: string): Promise<number>;
}

/** Fetches what `<Play>` plays, once a URL: Twilio caches media too, and hold music would be fetched for ever. */
export function createPlayedMedia(world: World, webhooks: Webhooks): PlayedMedia {
  const known = new Map<string, number>();
  const recordingDuration = (sid: string, url: string): number => {
    if (world.account.mediaAuthentication) throw new TwimlError(11200, `Got HTTP 401 response to ${url}`);
    const recording = world.recordings.get(sid);
    const ms = recording?.status === 'completed' && recording.wav ? audioDuration(recording.wav) : null;
    if (ms === null) throw new TwimlError(11200, `Got HTTP 404 response to ${url}`);
    return ms;
  };
  return {
    async duration(url) {
      const bare = stripFragment(url);
      const cached = known.get(bare);
      if (cached !== undefined) return cached;
      const recordingSid = OWN_RECORDING.exec(bare)?.[1];
      if (recordingSid !== undefined) return recordingDuration(recordingSid, bare);
      const { connectMs, readMs, totalMs } = parseConnectionOverrides(url);
      const done = world.activity.begin('work', `play ${bare}`);
      try {
        const response = await sendHttpRequest({
          url: webhooks.resolveUrl(bare),
          method: 'GET',
          headers: {
            host: new URL(bare).host,
            'user-agent': 'TwilioProxy/1.1',
            accept: 'audio/*',
            connection: 'close',
          },
          connectMs,
          readMs,
          totalMs,
          maxBytes: MAX_MEDIA_BYTES,
        });
        if (response.status !== 200) throw new TwimlError(11200, `Got HTTP ${response.status} response to ${bare}`);
        const type = response.headers['content-type'] ?? 'no Content-Type';
        if (!type.startsWith('audio/')) throw new TwimlError(12300, `Invalid Content-Type of ${bare}: ${type}`);
        const ms = audioDuration(response.body);
        if (ms === null) throw new TwimlError(12300, `${bare} is neither WAV nor MP3`);
        if (!/no-store|no-cache/.test(response.headers['cache-control'] ?? '')) known.set(bare, ms);
        return ms;
      } catch (error) {
        if (!(error instanceof HttpRequestError)) throw error;
        throw new TwimlError(error.phase === 'ct' ? 11205 : 11200, `${bare}: ${error.message}`);
      } finally {
        done();
      }
    },
  };
}
