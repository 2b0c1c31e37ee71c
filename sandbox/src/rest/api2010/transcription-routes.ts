import { notFound } from '../../world/twilio-error';
import type { Recording, Transcription, World } from '../../world/types';
import { rfc2822Date } from '../dates';
import { pageUris, paginate } from '../page';
import type { RestRequest, RestResponse, Route } from '../route';
import { ACCOUNT_PATH, API_VERSION, accountPath, LARGEST_PAGE, requireAccount } from './account-path';

/** Transcriptions made by `<Record transcribe>`, of one recording or of the account. */
export function transcriptionRoutes(world: World): Route[] {
  const all = (): Transcription[] => world.recordings.list().flatMap(({ sid }) => world.recordings.transcriptions(sid));
  const transcriptionsOfRecording = (request: RestRequest): Transcription[] => {
    requireAccount(world, request);
    const sid = request.params.RecordingSid!;
    if (!world.recordings.get(sid)) throw notFound(request.path);
    return world.recordings.transcriptions(sid);
  };
  const json = (transcription: Transcription) =>
    transcriptionJson(world, transcription, world.recordings.get(transcription.recordingSid));
  const list = (request: RestRequest, transcriptions: Transcription[]): RestResponse => {
    const order = {
      rank: ({ dateCreated, sid }: Transcription) => [dateCreated, sid],
      directions: [-1, 1] as (1 | -1)[],
    };
    const page = paginate(transcriptions, order, request.fields, request.query, LARGEST_PAGE);
    return { status: 200, body: { ...pageUris(page, request.path), transcriptions: page.items.map(json) } };
  };
  const one = (request: RestRequest, transcriptions: Transcription[]): RestResponse => {
    const transcription = transcriptions.find(({ sid }) => sid === request.params.Sid);
    if (!transcription) throw notFound(request.path);
    return { status: 200, body: json(transcription) };
  };
  const remove = (request: RestRequest, transcriptions: Transcription[]): RestResponse => {
    const transcription = transcriptions.find(({ sid }) => sid === request.params.Sid);
    if (!transcription) throw notFound(request.path);
    world.recordings.removeTranscription(transcription.sid);
    return { status: 204, log: { text: `transcription ${transcription.sid} deleted` } };
  };
  const transcriptionsOfAccount = (request: RestRequest): Transcription[] => {
    requireAccount(world, request);
    return all();
  };

  const nested = `${ACCOUNT_PATH}/Recordings/{RecordingSid}/Transcriptions`;
  const flat = `${ACCOUNT_PATH}/Transcriptions`;
  return [
    { method: 'GET', path: `${nested}.json`, handle: (request) => list(request, transcriptionsOfRecording(request)) },
    {
      method: 'GET',
      path: `${nested}/{Sid}.json`,
      handle: (request) => one(request, transcriptionsOfRecording(request)),
    },
    {
      method: 'DELETE',
      path: `${nested}/{Sid}.json`,
      handle: (request) => remove(request, transcriptionsOfRecording(request)),
    },
    {
      method: 'DELETE',
      path: `${flat}/{Sid}.json`,
      handle: (request) => remove(request, transcriptionsOfAccount(request)),
    },
    { method: 'GET', path: `${flat}.json`, handle: (request) => list(request, transcriptionsOfAccount(request)) },
    { method: 'GET', path: `${flat}/{Sid}.json`, handle: (request) => one(request, transcriptionsOfAccount(request)) },
  ];
}

function transcriptionJson(
  world: World,
  transcription: Transcription,
  recording: Recording | undefined,
): Record<string, unknown> {
  return {
    account_sid: world.account.accountSid,
    api_version: API_VERSION,
    date_created: rfc2822Date(transcription.dateCreated),
    date_updated: rfc2822Date(transcription.dateCreated),
    duration: String(Math.max(0, recording?.durationSeconds ?? 0)),
    price: null,
    price_unit: 'USD',
    recording_sid: transcription.recordingSid,
    sid: transcription.sid,
    status: transcription.status,
    transcription_text: transcription.text,
    type: 'fast',
    uri: `${accountPath(world)}/Transcriptions/${transcription.sid}.json`,
  };
}
