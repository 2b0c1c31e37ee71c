import type { LogEntry, World } from '../world/types';
import type { CancelScope } from './cancel-scope';
import type { LiveCall } from './live-call';
import type { PlayedMedia } from './played-media';
import { type TwimlDocument, TwimlError } from './twiml-document';
import type { CallEventDetails, HttpMethod, VoiceTiming } from './types';
import type { WebhookKind, Webhooks } from './webhook';

/** The engine as the verbs see it. */
export interface VoiceContext {
  world: World;
  timing: VoiceTiming;
  webhooks: Webhooks;
  media: PlayedMedia;
  emit(call: LiveCall, event: CallEventDetails): void;
  log(
    call: LiveCall,
    text: string,
    line?: { level?: LogEntry['level']; source?: LogEntry['source']; detail?: unknown },
  ): void;
  /** Runs `what` after `ms`, unless the engine is closed first. For work that outlives a call. */
  schedule(ms: number, what: () => void): void;
  /** Marks the call as answered. The first audible verb does so. */
  answerCall(call: LiveCall): void;
  /** Ends the call: sets its status, sends the status callback and stops everything in progress. */
  endCall(call: LiveCall, status: 'completed' | 'busy' | 'failed' | 'no-answer' | 'canceled'): void;
  /** Rings a telephone for a call that is in progress. The second call is its child. */
  dialOut(
    parent: LiveCall,
    leg: { from: string; to: string; ringMs: number; onAnswer: (leg: LiveCall) => void },
  ): LiveCall;
  /** Whether calls may be made from a number because it is the account's. */
  ownsNumber(number: string): boolean;
  /** Plays documents until they end, for the call itself or while it waits in a queue. */
  playDocuments(
    call: LiveCall,
    scope: CancelScope,
    place: 'call' | 'wait',
    start: DocumentRequest | TwimlDocument,
  ): Promise<PlaybackEnd>;
}

/** Where the next document comes from. `url` is absolute and may have a fragment. */
export interface DocumentRequest {
  kind: WebhookKind;
  url: string;
  method: HttpMethod;
  params: Record<string, string>;
}

/** How playback ended: the last document ran out of verbs, or a verb ended it. */
export type PlaybackEnd = 'ran-out' | 'hung-up' | 'left';

/** What follows a verb. */
export type VerbResult =
  | { kind: 'next' }
  | { kind: 'document'; request: DocumentRequest }
  | { kind: Exclude<PlaybackEnd, 'ran-out'> };
export const CONTINUE: VerbResult = { kind: 'next' };

/** One document being played to one call. */
export interface Playback {
  context: VoiceContext;
  call: LiveCall;
  scope: CancelScope;
  role: 'call' | 'wait';
  document: TwimlDocument;
}

/**
 * Resolves a URL against the document's. A missing URL is the document's own.
 * @throws TwimlError 11100 when it is none.
 */
export function resolveUrl(document: TwimlDocument, url: string | undefined): string {
  const given = url ?? '';
  if (given === '' && document.url !== null) return document.url;
  try {
    const absolute = document.url === null ? new URL(given) : new URL(given, document.url);
    if (absolute.protocol === 'http:' || absolute.protocol === 'https:') return absolute.toString();
  } catch {
    // Thrown below, with the URL as written.
  }
  throw new TwimlError(11100, `Invalid URL format: "${given}"`);
}

/**
 * The URL of a sound. Unlike those of `<Redirect>` and of `action`, it must be absolute
 * (twilio.com/docs/api/errors/11100; flex-project-template builds its hold music's from the Functions' domain).
 * @throws TwimlError 11100 when it is not
 */
export function parseSoundUrl(url: string): string {
  if (/^https?:\/\//i.test(url) && URL.canParse(url)) return new URL(url).toString();
  throw new TwimlError(11100, `Invalid URL format: "${url}"`);
}

/** An attribute that names a method. The default is POST, as for every verb. */
export function parseHttpMethod(value: string | undefined): HttpMethod {
  return value === 'GET' ? 'GET' : 'POST';
}
