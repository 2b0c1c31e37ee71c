import type { World } from '../world/types';
import { audioDuration } from './audio-duration';
import { readConnection, withoutFragment } from './connection-overrides';
import { ExchangeFailed, exchange } from './http-exchange';
import { TwimlError } from './twiml-document';
import type { Webhooks } from './webhook';

const MAX_MEDIA_BYTES = 40 * 1_048_576;

export interface PlayedMedia {
  /** Milliseconds the file at that URL lasts. @throws TwimlError 11200, 11205, 12300 */
  duration(url: string): Promise<number>;
}

/** Fetches what `<Play>` plays, once a URL: Twilio caches media too, and hold music would be fetched for ever. */
export function createPlayedMedia(world: World, webhooks: Webhooks): PlayedMedia {
  const known = new Map<string, number>();
  return {
    async duration(url) {
      const bare = withoutFragment(url);
      const cached = known.get(bare);
      if (cached !== undefined) return cached;
      const { connectMs, readMs, totalMs } = readConnection(url);
      const done = world.activity.begin('work', `play ${bare}`);
      try {
        const answer = await exchange({
          url: webhooks.reach(bare),
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
        if (answer.status !== 200) throw new TwimlError(11200, `Got HTTP ${answer.status} response to ${bare}`);
        const type = answer.headers['content-type'] ?? 'no Content-Type';
        if (!type.startsWith('audio/')) throw new TwimlError(12300, `Invalid Content-Type of ${bare}: ${type}`);
        const ms = audioDuration(answer.body);
        if (ms === null) throw new TwimlError(12300, `${bare} is neither WAV nor MP3`);
        if (!/no-store|no-cache/.test(answer.headers['cache-control'] ?? '')) known.set(bare, ms);
        return ms;
      } catch (error) {
        if (!(error instanceof ExchangeFailed)) throw error;
        throw new TwimlError(error.phase === 'ct' ? 11205 : 11200, `${bare}: ${error.message}`);
      } finally {
        done();
      }
    },
  };
}
