import { MAX_AUDIO_RANGE_BYTES } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { isAudio } from '../notification/audio-format';
import { textField } from '../runtime/form-fields';
import { startEarly } from '../runtime/start-early';
import { RecordingUnavailable } from '../twilio/recording-media';
import { readByteRange } from './byte-range';
import { countPart } from './later-parts';
import { ListenRefusal } from './listen-refusal';
import { requireValidLink, withOpenLink } from './open-link';
import { asRefusal } from './probe-recording';

/** A part of a recording, as mp3. */
export interface SoundPart {
  bytes: Buffer;
  /** Position of the first byte in the file. */
  start: number;
  /** Bytes of the whole file; undefined when Twilio did not say. */
  total: number | undefined;
}

/**
 * A part of the recording that a link is for, at most `MAX_AUDIO_RANGE_BYTES` of it, also where all of it is asked for: a
 * server may send a part of a range, and the client asks for the rest (RFC 9110, section 15.3.7,
 * https://www.rfc-editor.org/rfc/rfc9110#section-15.3.7).
 * @returns without bytes where nothing follows
 * @throws as `requireValidLink` and `withOpenLink` do; ListenRefusal when the recording cannot be read
 */
export async function readSound(
  invocation: Invocation,
  event: Record<string, unknown>,
  headers: Record<string, unknown>,
): Promise<SoundPart> {
  const { environment, twilio } = invocation;
  const link = requireValidLink(invocation, event);
  const range = readByteRange(event, headers);
  if (range === undefined) throw new ListenRefusal('bad-link');
  const { start } = range;
  countPart(environment, `${link.entryId} ${link.recipient}`, Date.now());
  const length = Math.min(range.length ?? MAX_AUDIO_RANGE_BYTES, MAX_AUDIO_RANGE_BYTES);
  const media = twilio.recordingMedia;
  // The link is valid, so this is read for nothing only once it is revoked.
  const reading = startEarly(() => media.readRange(link.recordingSid, 'mp3', start, length));
  return withOpenLink(invocation, link, describePart(event, start), async () => {
    try {
      const part = await reading;
      if (start > 0 || isAudio(part.bytes, 'mp3')) return part;
      throw part.bytes.length === 0 ? new ListenRefusal('no-recording') : new RecordingUnavailable(false);
    } catch (error) {
      throw await asRefusal(error, media, link.recordingSid);
    }
  });
}

/**
 * Whether a request for a range arrives as it was sent, for a valid link. The page's script asks, and no recording is
 * read for it.
 * @throws as `requireValidLink` does
 */
export function echoRange(
  invocation: Invocation,
  event: Record<string, unknown>,
  headers: Record<string, unknown>,
): string {
  requireValidLink(invocation, event);
  return /^bytes=\d{1,15}-\d{0,15}$/.exec(textField(headers, 'range'))?.[0] ?? 'none';
}

/** Each beginning counts; what follows in the same quarter of an hour counts once, since a player asks for many parts. */
function describePart(event: Record<string, unknown>, start: number) {
  const act = textField(event, 'purpose') === 'download' ? ('download' as const) : ('listen' as const);
  return start === 0 ? { act } : { act, once: 'later parts', detail: `from byte ${start}` };
}
