import type { Sid } from '../world/types';
import type { Fields } from './fields';
import type { UploadedFile } from './http/multipart';

/** A request as a route sees it: authorised, matched, checked against the published interface. */
export interface RestRequest {
  host: string;
  method: string;
  /** Path without the host, as sent. */
  path: string;
  query: URLSearchParams;
  /** The template's variables, percent-decoded. */
  params: Record<string, string>;
  fields: Fields;
  /** The body of a JSON request; only iam.twilio.com takes one. */
  json: unknown;
  /** The file of an upload. */
  file?: UploadedFile | undefined;
  ifMatch: string | undefined;
}

export interface Media {
  type: string;
  bytes: Buffer;
}

export interface RestResponse {
  status: number;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is, with ranges. */
  media?: Media;
  /** The log line; without it only failures are logged. */
  log?: { text: string; callSid?: Sid };
}

/** What a router needs of a route. */
interface RoutePattern {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** As in Twilio's OpenAPI, e.g. `/v1/Services/{ServiceSid}/Documents/{Sid}`. */
  path: string;
}

export interface Route extends RoutePattern {
  handle(request: RestRequest): RestResponse | Promise<RestResponse>;
  /** Not in Twilio's OpenAPI, so there is nothing to check it against: media, uploads and Flex tokens. */
  unpublished?: true;
  /** Parameters that are not published and that Twilio's own clients send. */
  ignores?: readonly string[];
  /** What it is sent stays out of the log. */
  secret?: true;
  /** Standard API keys may not. */
  mainOnly?: true;
  /** A recording's sound: needs credentials only where `World.account.mediaAuthentication` is on. */
  media?: true;
}

export type RouteMatch<R extends RoutePattern> =
  | { found: 'route'; route: R; params: Record<string, string> }
  | { found: 'path-only' }
  | { found: 'nothing' };

/** Finds the first route for a method and path. @throws URIError for broken percent-encoding */
export function routeMatcher<R extends RoutePattern>(
  routes: readonly R[],
): (method: string, path: string) => RouteMatch<R> {
  const compiled = routes.map((route) => ({ route, pattern: toPattern(route.path), names: variableNames(route.path) }));
  return (method, path) => {
    let pathKnown = false;
    for (const { route, pattern, names } of compiled) {
      const match = pattern.exec(path);
      if (!match) continue;
      pathKnown = true;
      if (route.method !== method && !(method === 'HEAD' && route.method === 'GET')) continue;
      const params = Object.fromEntries(names.map((name, index) => [name, decodeURIComponent(match[index + 1]!)]));
      return { found: 'route', route, params };
    }
    return { found: pathKnown ? 'path-only' : 'nothing' };
  };
}

function variableNames(template: string): string[] {
  return [...template.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
}

function toPattern(template: string): RegExp {
  const parts = template.split(/\{\w+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  // The 2010 API's paths end in `.json` or `.mp3` and its sids hold no dot; elsewhere a Sync name may hold one.
  return new RegExp(`^${parts.join(template.startsWith('/2010') ? '([^/.]+)' : '([^/]+)')}$`);
}
