import { FIRST_AUDIO_RANGE_BYTES, MAX_AUDIO_RANGE_BYTES } from '@callback-and-voicemail/contract';
import type { Invocation } from '../invocation';
import { hasListened } from '../ledger/transitions';
import { errorCode, FlexBadRequest, TwilioError } from '../runtime/errors';
import { wholeNumber } from '../runtime/form-fields';
import { startEarly } from '../runtime/start-early';
import type { FlexUser } from '../twilio/flex-token';
import { RecordingUnavailable } from '../twilio/recording-media';
import type { AuthorizedTask } from './authorize-task-access';
import { nameOf } from './name-of-user';

export interface AudioRange {
  bytes: Buffer;
  /** Position of the first byte in the file. */
  start: number;
  /** Bytes of the whole file; undefined when Twilio did not say. */
  total: number | undefined;
}

/**
 * A range of a voicemail's audio, as mp3: small enough for a Function's response, however long the message is. The
 * ledger names the recording, never the request.
 * @param event `Start`: first byte, 0 by default; `Length`: number of bytes, at most `MAX_AUDIO_RANGE_BYTES`
 * @throws FlexBadRequest 400, 404, 410 or 413; TwilioError when Twilio is out of reach
 */
export async function readAudio(
  invocation: Invocation,
  listener: Listener,
  { current }: AuthorizedTask,
  event: Record<string, unknown>,
): Promise<AudioRange> {
  const { recording } = current.entry;
  if (recording.state === 'deleted')
    throw new FlexBadRequest('recording-deleted', 'The recording was deleted', 'Nothing can be played.', 410);
  if (recording.state !== 'completed')
    throw new FlexBadRequest('no-recording', 'There is no recording', 'Nothing can be played.', 404);
  const start = readByteCount(event.Start, 0);
  const length = readByteCount(event.Length, FIRST_AUDIO_RANGE_BYTES);
  if (length < 1 || length > MAX_AUDIO_RANGE_BYTES)
    throw new FlexBadRequest(
      'bad-range',
      'Length is out of bounds',
      `Ask for 1 to ${MAX_AUDIO_RANGE_BYTES} bytes.`,
      413,
    );
  const listened = recordListener(invocation, listener, current);
  try {
    const range = await invocation.twilio.recordingMedia.readRange(recording.recordingSid, 'mp3', start, length);
    if (range.bytes.length === 0 && start > 0 && range.total !== undefined)
      throw new FlexBadRequest(
        'bad-range',
        'There is nothing at Start',
        `The recording has ${range.total} bytes.`,
        416,
      );
    return range;
  } catch (error) {
    if (error instanceof RecordingUnavailable) await requirePlayable(invocation, recording.recordingSid);
    if (error instanceof RecordingUnavailable && error.isGone)
      throw new FlexBadRequest('recording-deleted', 'Twilio has no such recording', 'It was deleted at Twilio.', 410);
    if (error instanceof RecordingUnavailable)
      throw new TwilioError('GET recording', { failure: 'unavailable', cause: error });
    throw error;
  } finally {
    await listened;
  }
}

/** @throws FlexBadRequest when the account's settings keep the recording from being played */
async function requirePlayable({ twilio }: Invocation, recordingSid: string): Promise<void> {
  const storage = await twilio.recordingMedia.readStorage(recordingSid).catch(() => 'twilio' as const);
  if (storage === 'encrypted')
    throw new FlexBadRequest(
      'recording-encrypted',
      'The account encrypts recordings',
      'Its private key opens it.',
      409,
    );
  if (storage === 'external')
    throw new FlexBadRequest('recording-external', 'The account stores recordings itself', 'Play it there.', 409);
}

function readByteCount(value: unknown, defaultValue: number): number {
  if (value === undefined || value === '') return defaultValue;
  const number = wholeNumber(value);
  if (Number.isNaN(number))
    throw new FlexBadRequest('bad-range', 'Start or Length is malformed', 'Send whole numbers of bytes.');
  return number;
}

/**
 * How the audit names a request for sound. Each time that somebody begins counts; what follows in the same quarter of an
 * hour counts once, since a player asks for a message in several pieces.
 */
export function describeListening({ Start, Purpose }: Record<string, unknown>): {
  act: 'listen' | 'download';
  once?: string;
  detail?: string;
} {
  const act = Purpose === 'download' ? 'download' : 'listen';
  return readsFromStart(Start) ? { act } : { act, once: 'later parts', detail: `from byte ${wholeNumber(Start)}` };
}

/** Who listens. */
interface Listener {
  workerSid: string;
  name(): Promise<string>;
}

/** The name of who listens: for the first part of a message it is read beside the entry, later it is rarely needed. */
export function startReadingListener(
  invocation: Invocation,
  user: FlexUser,
  { Start }: Record<string, unknown>,
): Listener {
  const read = () => nameOf(invocation, user);
  const early = readsFromStart(Start) ? startEarly(read) : undefined;
  return { workerSid: user.workerSid, name: () => early ?? read() };
}

const readsFromStart = (start: unknown) => start === undefined || start === '' || start === '0';

/** In parallel with the audio, which is played even if this fails. */
async function recordListener(
  { ledger, log }: Invocation,
  { workerSid, name }: Listener,
  current: AuthorizedTask['current'],
): Promise<void> {
  if (hasListened(current.entry, workerSid)) return;
  try {
    await ledger.apply(current, { type: 'message-heard', workerSid, worker: await name() });
  } catch (error) {
    log.warn('listener not recorded', { entry: current.entry.id, code: errorCode(error) });
  }
}
