import { callParameters } from './call-parameters';
import type { LiveCall } from './live-call';
import type { Run } from './run';
import { type Board, type DocumentRequest, type Ending, NEXT, type Next, type Stage } from './stage';
import { parseTwiml, type TwimlDocument, TwimlError, type Verb } from './twiml-document';
import { NOT_MODELLED } from './twiml-schema';
import { enqueue } from './verbs/enqueue';
import { gather } from './verbs/gather';
import { pause, play, say } from './verbs/prompts';
import { record } from './verbs/record';
import { hangup, redirect, reject } from './verbs/simple';
import type { WebhookAnswer } from './webhook';

const VERBS: Record<string, (stage: Stage, verb: Verb) => Promise<Next>> = {
  Say: async ({ board, call, run }, verb) => {
    await say(board, call, run, verb);
    return NEXT;
  },
  Play: async ({ board, call, run, document }, verb) => {
    await play(board, call, run, document, verb);
    return NEXT;
  },
  Pause: async ({ board, call, run }, verb) => {
    await pause(board, call, run, verb);
    return NEXT;
  },
  Gather: gather,
  Record: record,
  Enqueue: enqueue,
  Redirect: redirect,
  Hangup: hangup,
  Reject: reject,
  Leave: async ({ place, call, board }) => {
    if (place === 'wait') return { kind: 'left' };
    board.tell(call, '<Leave> outside a queue does nothing', { level: 'warning' });
    return NEXT;
  },
};

/** These do not pick up: Reject refuses, Redirect and a leading Pause come before the answer (docs of the verbs). */
const SILENT = new Set(['Reject', 'Redirect', 'Pause']);
const MAX_DOCUMENTS = 100;
const WINDOW_MS = 1000;

/**
 * Plays documents one after another until they end.
 * @throws Interrupted when the run is stopped; TwimlError for what makes Twilio say "an application error has occurred"
 */
export async function playDocuments(
  board: Board,
  call: LiveCall,
  run: Run,
  place: 'call' | 'wait',
  start: DocumentRequest | TwimlDocument,
): Promise<Ending> {
  let document = 'verbs' in start ? start : await fetchDocument(board, call, run, place, start);
  for (;;) {
    run.check();
    if (document.fault) throw document.fault;
    for (const warning of document.warnings) board.tell(call, `12200 ${warning}`, { level: 'warning' });
    const next = await playVerbs({ board, call, run, place, document });
    if (next.kind === 'next') return 'ran-out';
    if (next.kind !== 'document') return next.kind;
    document = await fetchDocument(board, call, run, place, next.request);
  }
}

async function playVerbs(stage: Stage): Promise<Next> {
  const { board, call, run, document } = stage;
  for (const verb of document.verbs) {
    run.check();
    const perform = VERBS[verb.name];
    if (!perform) {
      const known = NOT_MODELLED.has(verb.name) ? 'the sandbox does not model' : 'there is no verb';
      throw new TwimlError(12200, `${known} <${verb.name}>`);
    }
    if (!SILENT.has(verb.name)) board.pickUp(call);
    const next = await perform(stage, verb);
    if (next.kind !== 'next') return next;
  }
  return NEXT;
}

async function fetchDocument(
  board: Board,
  call: LiveCall,
  run: Run,
  place: 'call' | 'wait',
  request: DocumentRequest,
): Promise<TwimlDocument> {
  guardAgainstLoops(call);
  const answer = await run.guard(
    board.webhooks.send({
      kind: request.kind,
      callSid: call.sid,
      url: request.url,
      method: request.method,
      params: { ...callParameters(board.world.account, call), ...request.params },
    }),
  );
  return readDocument(answer, place);
}

/** Documents that lead to each other without any wait would never end, in virtual time not even slowly. */
function guardAgainstLoops(call: LiveCall): void {
  const now = Date.now();
  call.documentTimes = call.documentTimes.filter((time) => now - time < WINDOW_MS);
  call.documentTimes.push(now);
  if (call.documentTimes.length > MAX_DOCUMENTS) {
    throw new TwimlError(11215, `more than ${MAX_DOCUMENTS} documents within a second: they lead to each other`);
  }
}

/** TwiML for XML, spoken for plain text, played for audio: what Twilio does with an answer's Content-Type. */
function readDocument(answer: WebhookAnswer, place: 'call' | 'wait'): TwimlDocument {
  if (!answer.ok) throw new TwimlError(answer.code, answer.message);
  const type = (answer.contentType.split(';')[0] ?? '').trim().toLowerCase();
  const { url, method } = answer;
  const single = (name: string, text: string): TwimlDocument => ({
    verbs: [{ name, attributes: {}, text, children: [] }],
    warnings: [],
    url,
    method,
  });
  if (type === 'text/plain') return single('Say', answer.body.toString('utf8'));
  if (type.startsWith('audio/')) return single('Play', url);
  if (!['text/xml', 'application/xml', 'text/html', 'application/xhtml+xml'].includes(type)) {
    throw new TwimlError(12300, `Invalid Content-Type: ${type || 'none'}`);
  }
  return { ...parseTwiml(answer.body.toString('utf8'), place), url, method };
}

/**
 * What the caller hears when a document cannot be played; then the call ends.
 * @throws Interrupted when the caller hangs up before that
 */
export async function sayApplicationError(board: Board, call: LiveCall, run: Run, error: TwimlError): Promise<void> {
  run.check();
  board.tell(call, `${error.code} ${error.message}`, { level: 'error', detail: { code: error.code } });
  board.pickUp(call);
  const text = 'We are sorry, an application error has occurred. Goodbye.';
  await say(board, call, run, { name: 'Say', attributes: {}, text, children: [] });
}
