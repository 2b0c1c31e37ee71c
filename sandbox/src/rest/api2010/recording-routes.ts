import { badRequest, notFound } from '../../world/twilio-error';
import type { Recording, World } from '../../world/types';
import { rfc2822Date } from '../dates';
import { pageUris, paginate } from '../page';
import type { RestRequest, RestResponse, Route } from '../route';
import { ACCOUNT_PATH, API_VERSION, accountPath, LARGEST_PAGE, requireAccount } from './account-path';
import { encodeMp3 } from './mp3';

const LIST = `${ACCOUNT_PATH}/Recordings.json`;
const CALL_RECORDINGS = `${ACCOUNT_PATH}/Calls/{CallSid}/Recordings.json`;
const ONE = `${ACCOUNT_PATH}/Recordings/{Sid}.json`;
const MEDIA = `${ACCOUNT_PATH}/Recordings/{Sid}`;

/** Recordings: their resources and their audio. */
export function recordingRoutes(world: World): Route[] {
  const find = (request: RestRequest): Recording => {
    requireAccount(world, request);
    const recording = world.recordings.get(request.params.Sid!);
    // A deleted recording's data stays readable for those who ask for it (OpenAPI api v2010, IncludeSoftDeleted).
    if (!recording || (recording.status === 'deleted' && !request.fields.flag('IncludeSoftDeleted'))) {
      throw notFound(request.path);
    }
    return recording;
  };
  const list = (request: RestRequest, callSid: string | undefined): RestResponse => {
    requireAccount(world, request);
    const deletedToo = request.fields.flag('IncludeSoftDeleted') ?? false;
    const wanted = recordingFilter(request, callSid);
    const recordings = world.recordings
      .list()
      .filter((recording) => (deletedToo || recording.status !== 'deleted') && wanted(recording));
    const order = {
      rank: ({ dateCreated, sid }: Recording) => [dateCreated, sid],
      directions: [-1, 1] as (1 | -1)[],
    };
    const page = paginate(recordings, order, request.fields, request.query, LARGEST_PAGE);
    const shown = page.items.map((recording) => recordingJson(world, recording));
    return { status: 200, body: { ...pageUris(page, request.path), recordings: shown } };
  };
  const media = (format: 'wav' | 'mp3') => (request: RestRequest) => {
    const recording = find(request);
    if (recording.status !== 'completed' || !recording.wav) throw notFound(request.path);
    if (recording.storage === 'external') throw notFound(request.path);
    const isEncrypted = recording.storage === 'encrypted';
    // twilio.com/docs/api/errors/16109: an encrypted recording comes as WAV only, and only as it was encrypted.
    if (isEncrypted && format === 'mp3') throw badRequest('Cannot fetch .mp3 encrypted recording', 16109);
    const wav = isEncrypted ? encrypt(recording.wav) : recording.wav;
    const bytes = format === 'mp3' ? encodeMp3(wav) : padded(wav, world.account.recordingPadding);
    const text = `recording ${recording.sid} read as ${format}, ${bytes.length} bytes`;
    return {
      status: 200,
      media: { type: format === 'mp3' ? 'audio/mpeg' : 'audio/x-wav', bytes },
      log: { text, callSid: recording.callSid },
    };
  };

  return [
    { method: 'GET', path: LIST, handle: (request) => list(request, request.fields.text('CallSid')) },
    { method: 'GET', path: CALL_RECORDINGS, handle: (request) => list(request, request.params.CallSid) },
    { method: 'GET', path: ONE, handle: (request) => ({ status: 200, body: recordingJson(world, find(request)) }) },
    {
      method: 'DELETE',
      path: ONE,
      handle(request) {
        const recording = find(request);
        if (recording.status === 'deleted') throw notFound(request.path);
        world.recordings.remove(recording.sid);
        return { status: 204, log: { text: `recording ${recording.sid} deleted`, callSid: recording.callSid } };
      },
    },
    { method: 'GET', path: `${MEDIA}.mp3`, unpublished: true, media: true, handle: media('mp3') },
    { method: 'GET', path: `${MEDIA}.wav`, unpublished: true, media: true, handle: media('wav') },
    // Support article 360002588893: without an extension the recording is sent as WAV.
    { method: 'GET', path: MEDIA, unpublished: true, media: true, handle: media('wav') },
  ];
}

function recordingFilter({ fields }: RestRequest, callSid: string | undefined): (recording: Recording) => boolean {
  const day = fields.text('DateCreated')?.slice(0, 10);
  const before = fields.time('DateCreated<');
  const after = fields.time('DateCreated>');
  return ({ callSid: of, dateCreated }) =>
    (callSid === undefined || of === callSid) &&
    (day === undefined || new Date(dateCreated).toISOString().startsWith(day)) &&
    (before === undefined || dateCreated <= before) &&
    (after === undefined || dateCreated >= after) &&
    !fields.has('ConferenceSid');
}

function recordingJson(world: World, recording: Recording): Record<string, unknown> {
  const path = `${accountPath(world)}/Recordings/${recording.sid}`;
  return {
    account_sid: world.account.accountSid,
    api_version: API_VERSION,
    call_sid: recording.callSid,
    conference_sid: null,
    date_created: rfc2822Date(recording.dateCreated),
    date_updated: rfc2822Date(recording.dateCreated + Math.max(0, recording.durationSeconds) * 1000),
    start_time: rfc2822Date(recording.startTime),
    duration: String(recording.durationSeconds),
    sid: recording.sid,
    price: null,
    price_unit: 'USD',
    status: recording.status,
    channels: 1,
    source: recording.source,
    error_code: recording.errorCode,
    encryption_details:
      recording.storage === 'encrypted'
        ? { type: 'rsa-aes', public_key_sid: `CR${'0'.repeat(32)}`, encrypted_cek: 'c2VjcmV0', iv: 'aXY=' }
        : null,
    uri: `${path}.json`,
    media_url:
      recording.storage === 'external'
        ? `https://bucket.s3.amazonaws.com/${recording.sid}`
        : `https://api.twilio.com${path}`,
    subresource_uris: {
      add_on_results: `${path}/AddOnResults.json`,
      transcriptions: `${path}/Transcriptions.json`,
    },
  };
}

/** Bytes that are no sound without the account's private key. */
const padded = (wav: Buffer, bytes = 0) => (bytes === 0 ? wav : Buffer.concat([wav, Buffer.alloc(bytes)]));

function encrypt(wav: Buffer): Buffer {
  return Buffer.from(wav.map((byte, index) => byte ^ ((index * 31 + 113) & 0xff)));
}
