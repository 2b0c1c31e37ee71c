import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import express, { type Request, type Response, Router } from 'express';
import type { World } from '../world/types';
import type { PagesVoice } from './voice-port';
import { toTelephoneWav } from './wav';

const JSON_LIMIT = '16kb';
/** Three minutes of 44.1 kHz stereo. One second from the browser's microphone is far smaller. */
const SPEECH_LIMIT = '32mb';
const MAX_NUMBER = 64;
const MAX_NAME = 100;
const MAX_TRANSCRIPT = 5000;

/** The telephone's routes: place a call, press keys, speak, hang up. `webDir` holds the sample message. */
export function createCallsApi(world: World, voice: PagesVoice, webDir: string): Router {
  const router = Router();
  const small = express.json({ limit: JSON_LIMIT });

  router.post('/calls', small, (request, response) => {
    const { from, to, callerName } = (request.body ?? {}) as Record<string, unknown>;
    // Withheld numbers arrive as words, as empty text or as digits, so any short text is valid.
    if (typeof from !== 'string' || from.length > MAX_NUMBER)
      return sendError(response, 400, '`from` must be a number.');
    if (typeof to !== 'string' || !voice.numbers.includes(to)) {
      return sendError(response, 400, `\`to\` must be one of ${voice.numbers.join(', ')}.`);
    }
    if (callerName !== undefined && (typeof callerName !== 'string' || callerName.length > MAX_NAME)) {
      return sendError(response, 400, '`callerName` is a short text.');
    }
    response.status(201).json({ sid: voice.placeCall({ from, to, ...(callerName ? { callerName } : {}) }) });
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
    const wav = await readFile(join(webDir, 'voicemail-sample.wav'));
    const transcript = (await readFile(join(webDir, 'voicemail-sample.txt'), 'utf8')).trim();
    onLiveCall(world, request, response, (sid) => voice.speak(sid, toTelephoneWav(wav), { transcript }));
  });

  router.post('/calls/:sid/pick-up', (request, response) => {
    onLiveCall(world, request, response, (sid) => voice.pickUp(sid));
  });

  router.post('/calls/:sid/hang-up', (request, response) => {
    onLiveCall(world, request, response, (sid) => voice.hangUp(sid));
  });
  return router;
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
