import { callParameters } from './call-parameters';
import type { CancelScope } from './cancel-scope';
import type { LiveCall } from './live-call';
import { parseTwiml, type TwimlDocument, TwimlError, type Verb } from './twiml-document';
import { NOT_MODELED } from './twiml-schema';
import { dial } from './verbs/dial';
import { enqueue } from './verbs/enqueue';
import { gather } from './verbs/gather';
import { pause, play, say } from './verbs/prompts';
import { record } from './verbs/record';
import { hangup, redirect, reject } from './verbs/simple';
import {
  CONTINUE,
  type DocumentRequest,
  type Playback,
  type PlaybackEnd,
  type VerbResult,
  type VoiceContext,
} from './voice-context';
import type { WebhookResult } from './webhook';

const VERBS: Record<string, (playback: Playback, verb: Verb) => Promise<VerbResult>> = {
  Say: async ({ context, call, scope }, verb) => {
    await say(context, call, scope, verb);
    return CONTINUE;
  },
  Play: async ({ context, call, scope }, verb) => {
    await play(context, call, scope, verb);
    return CONTINUE;
  },
  Pause: async ({ context, call, scope }, verb) => {
    await pause(context, call, scope, verb);
    return CONTINUE;
  },
  Gather: gather,
  Record: record,
  Enqueue: enqueue,
  Dial: dial,
  Redirect: redirect,
  Hangup: hangup,
  Reject: reject,
  Leave: async ({ role, call, context }) => {
    if (role === 'wait') return { kind: 'left' };
    context.log(call, '<Leave> outside a queue does nothing', { level: 'warning' });
    return CONTINUE;
  },
};

/**
 * These do not pick up: Reject refuses, Redirect and a leading Pause come before the answer, Dial answers or lets the
 * call ring on (docs of the verbs).
 */
const VERBS_BEFORE_ANSWER = new Set(['Reject', 'Redirect', 'Pause', 'Dial']);
const MAX_DOCUMENTS = 100;
const WINDOW_MS = 1000;

/**
 * Plays documents one after another until they end.
 * @throws Interrupted when the run is stopped; TwimlError for what makes Twilio say "an application error has occurred"
 */
export async function playDocuments(
  context: VoiceContext,
  call: LiveCall,
  scope: CancelScope,
  role: 'call' | 'wait',
  start: DocumentRequest | TwimlDocument,
): Promise<PlaybackEnd> {
  let document = 'verbs' in start ? start : await fetchDocument(context, call, scope, role, start);
  for (;;) {
    scope.throwIfStopped();
    if (document.deferredError) throw document.deferredError;
    for (const warning of document.warnings) context.log(call, `12200 ${warning}`, { level: 'warning' });
    const next = await playVerbs({ context, call, scope, role, document });
    if (next.kind === 'next') return 'ran-out';
    if (next.kind !== 'document') return next.kind;
    document = await fetchDocument(context, call, scope, role, next.request);
  }
}

async function playVerbs(playback: Playback): Promise<VerbResult> {
  const { context, call, scope, document } = playback;
  for (const verb of document.verbs) {
    scope.throwIfStopped();
    const perform = VERBS[verb.name];
    if (!perform) {
      const known = NOT_MODELED.has(verb.name) ? 'the sandbox does not model' : 'there is no verb';
      throw new TwimlError(12200, `${known} <${verb.name}>`);
    }
    if (!VERBS_BEFORE_ANSWER.has(verb.name)) context.answerCall(call);
    const next = await perform(playback, verb);
    if (next.kind !== 'next') return next;
  }
  return CONTINUE;
}

async function fetchDocument(
  context: VoiceContext,
  call: LiveCall,
  scope: CancelScope,
  role: 'call' | 'wait',
  request: DocumentRequest,
): Promise<TwimlDocument> {
  checkDocumentLoop(call);
  const result = await scope.race(
    context.webhooks.send({
      kind: request.kind,
      callSid: call.sid,
      url: request.url,
      method: request.method,
      params: { ...callParameters(context.world.account, call), ...request.params },
    }),
  );
  return parseWebhookResult(result, role);
}

/** Documents that lead to each other without any wait would never end, in virtual time not even slowly. */
function checkDocumentLoop(call: LiveCall): void {
  const now = Date.now();
  call.recentDocumentTimes = call.recentDocumentTimes.filter((time) => now - time < WINDOW_MS);
  call.recentDocumentTimes.push(now);
  if (call.recentDocumentTimes.length > MAX_DOCUMENTS) {
    throw new TwimlError(11215, `more than ${MAX_DOCUMENTS} documents within a second: they lead to each other`);
  }
}

/** TwiML for XML, spoken for plain text, played for audio: what Twilio does with an answer's Content-Type. */
function parseWebhookResult(result: WebhookResult, role: 'call' | 'wait'): TwimlDocument {
  if (!result.ok) throw new TwimlError(result.code, result.message);
  const type = (result.contentType.split(';')[0] ?? '').trim().toLowerCase();
  const { url, method } = result;
  const single = (name: string, text: string): TwimlDocument => ({
    verbs: [{ name, attributes: {}, text, children: [] }],
    warnings: [],
    url,
    method,
  });
  if (type === 'text/plain') return single('Say', result.body.toString('utf8'));
  if (type.startsWith('audio/')) return single('Play', url);
  if (!['text/xml', 'application/xml', 'text/html', 'application/xhtml+xml'].includes(type)) {
    throw new TwimlError(12300, `Invalid Content-Type: ${type || 'none'}`);
  }
  return { ...parseTwiml(result.body.toString('utf8'), role), url, method };
}

/**
 * What the caller hears when a document cannot be played; then the call ends.
 * @throws Interrupted when the caller hangs up before that
 */
export async function playApplicationError(
  context: VoiceContext,
  call: LiveCall,
  scope: CancelScope,
  error: TwimlError,
): Promise<void> {
  scope.throwIfStopped();
  context.log(call, `${error.code} ${error.message}`, { level: 'error', detail: { code: error.code } });
  context.answerCall(call);
  const text = 'We are sorry, an application error has occurred. Goodbye.';
  await say(context, call, scope, { name: 'Say', attributes: {}, text, children: [] });
}
