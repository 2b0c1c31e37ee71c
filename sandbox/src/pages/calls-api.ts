import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type Request, type Response, Router } from 'express';
import type { World } from '../world/types';
import type { InboundCall, PagesVoice } from './voice-port';
import { toTelephoneWav } from './wav';

const JSON_LIMIT = '16kb';
/** Three minutes of 44.1 kHz stereo. One second from the browser's microphone is far smaller. */
const SPEECH_LIMIT = '32mb';
const MAX_NUMBER = 64;
const MAX_NAME = 100;
const MAX_TRANSCRIPT = 5000;

/**
 * The telephone's routes: place a call, press keys, speak, hang up.
 * @param webDir holds the sample message
 * @param voicemailKeys number -> keys that lead to its voicemail; none where it begins with it
 */
export function createCallsApi(
  world: World,
  voice: PagesVoice,
  webDir: string,
  voicemailKeys: Readonly<Record<string, string>>,
): Router {
  const router = Router();
  const small = express.json({ limit: JSON_LIMIT });

  router.post('/calls', small, (request, response) => {
    const call = readCall(request.body, voice.numbers);
    if (typeof call === 'string') return sendError(response, 400, call);
    response.status(201).json({ sid: voice.placeCall(call) });
  });

  const readSample = async () => ({
    wav: toTelephoneWav(await readFile(join(webDir, 'voicemail-sample.wav'))),
    transcript: (await readFile(join(webDir, 'voicemail-sample.txt'), 'utf8')).trim(),
  });
  router.post('/sample-voicemail', small, async (request, response) => {
    const call = readCall(request.body, voice.numbers);
    if (typeof call === 'string') return sendError(response, 400, call);
    const keys = voicemailKeys[call.to] ?? '';
    const { sid, recorded } = await voice.leaveMessage(call, { ...(await readSample()), keys });
    if (!recorded) return sendError(response, 409, 'This line recorded no message. See the log.');
    response.status(201).json({ sid });
  });

  router.post('/calls/:sid/keys', small, (request, response) => {
    const { key } = (request.body ?? {}) as Record<string, unknown>;
    if (typeof key !== 'string' || !/^[0-9*#]$/.test(key))
      return sendError(response, 400, '`key` must be one of 0-9 * #.');
    onLiveCall(world, request, response, (sid) => voice.press(sid, key));
  });

  const wave = express.raw({ type: ['audio/wav', 'audio/x-wav', 'audio/wave', 'audio/vnd.wave'], limit: SPEECH_LIMIT });
  router.post('/calls/:sid/speech', wave, (request, response) => {
    if (!Buffer.isBuffer(request.body)) return sendError(response, 415, 'Send the speech as audio/wav.');
    const { transcript } = request.query;
    if (transcript !== undefined && (typeof transcript !== 'string' || transcript.length > MAX_TRANSCRIPT)) {
      return sendError(response, 400, `\`transcript\` is a text of at most ${MAX_TRANSCRIPT} characters.`);
    }
    let wav: Buffer;
    try {
      wav = toTelephoneWav(request.body);
    } catch (error) {
      return sendError(response, 400, `This is ${error instanceof Error ? error.message : 'no WAV file'}.`);
    }
    onLiveCall(world, request, response, (sid) => voice.speak(sid, wav, transcript ? { transcript } : undefined));
  });

  router.post('/calls/:sid/speech/sample', async (request, response) => {
    const { wav, transcript } = await readSample();
    onLiveCall(world, request, response, (sid) => voice.speak(sid, wav, { transcript }));
  });

  router.post('/calls/:sid/pick-up', (request, response) => {
    onLiveCall(world, request, response, (sid) => voice.pickUp(sid));
  });

  router.post('/calls/:sid/hang-up', (request, response) => {
    onLiveCall(world, request, response, (sid) => voice.hangUp(sid));
  });
  return router;
}

/** The call that a request describes, or the request's error. */
function readCall(body: unknown, numbers: readonly string[]): InboundCall | string {
  const { from, to, callerName, stirVerstat } = (body ?? {}) as Record<string, unknown>;
  // Withheld numbers arrive as words, as empty text or as digits, so any short text is valid.
  if (typeof from !== 'string' || from.length > MAX_NUMBER) return '`from` must be a number.';
  if (typeof to !== 'string' || !numbers.includes(to)) return `\`to\` must be one of ${numbers.join(', ')}.`;
  if (callerName !== undefined && (typeof callerName !== 'string' || callerName.length > MAX_NAME)) {
    return '`callerName` is a short text.';
  }
  if (stirVerstat !== undefined && (typeof stirVerstat !== 'string' || stirVerstat.length > MAX_NAME)) {
    return '`stirVerstat` is a short text.';
  }
  return { from, to, ...(callerName ? { callerName } : {}), ...(stirVerstat ? { stirVerstat } : {}) };
}

function onLiveCall(world: World, request: Request, response: Response, act: (sid: string) => void): void {
  const sid = String(request.params.sid);
  const call = world.calls.get(sid);
  if (!call) {
    sendError(response, 404, 'There is no such call.');
  } else if (call.endTime !== null) {
    sendError(response, 409, 'This call has ended.');
  } else {
    act(sid);
    response.status(204).end();
  }
}

function sendError(response: Response, status: number, error: string): void {
  response.status(status).json({ error });
}
