import { randomBytes } from 'node:crypto';
import { toListenFailure } from '../listening/listen-refusal';
import type { SoundPart } from '../listening/read-sound';
import { type ListenPage, renderListenPage, renderProblemPage } from '../listening/render-page';
import { languageOfLink, linkQuery } from '../notification/listen-link';
import type { Content } from './handler';

/** Neither a search engine keeps what a link leads to, nor does another site learn the link. */
const PRIVATE = { 'X-Robots-Tag': 'noindex, nofollow, noarchive', 'Referrer-Policy': 'no-referrer' };

/**
 * What the page may do: run its own script, use its own style, play its own sound, send its own forms. Nothing comes from elsewhere, and no
 * other page may show it in a frame. `img-src` is for the empty icon, without which browsers ask for one.
 */
const policy = (nonce: string) =>
  [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src 'nonce-${nonce}'`,
    "connect-src 'self'",
    "media-src 'self' blob:",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');

function htmlContent(status: number, render: (nonce: string) => string, headers: Record<string, string> = {}): Content {
  const nonce = randomBytes(16).toString('base64url');
  return {
    status,
    headers: {
      ...PRIVATE,
      ...headers,
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': policy(nonce),
    },
    body: render(nonce),
  };
}

/** The page of a link. */
export const listenContent = (page: ListenPage | 'sample', event: Record<string, unknown>): Content =>
  htmlContent(200, (nonce) =>
    page === 'sample'
      ? renderProblemPage('sample', languageOfLink(event), { nonce })
      : renderListenPage(page, { nonce }),
  );

/** A page in place of one that does not open: why, and what to do. */
export const listenProblemContent = (error: unknown, event: Record<string, unknown>): Content =>
  problemContent(error, event);

/** A page after an act that was not done, or perhaps not: why, and the way back to the page. */
export const actProblemContent = (error: unknown, event: Record<string, unknown>): Content =>
  problemContent(error, event, pageUrl(event));

function problemContent(error: unknown, event: Record<string, unknown>, url?: string): Content {
  const { failure, status, retryAfter } = toListenFailure(error);
  return htmlContent(
    status,
    (nonce) => renderProblemPage(failure, languageOfLink(event), { nonce }, url),
    retryHeader(retryAfter),
  );
}

/** The page of a link, from another one beside it. */
const pageUrl = (event: Record<string, unknown>) => `listen?${linkQuery(event)}`;

/** After an act, the browser shows the page again, so that a reload repeats nothing: at what the act has changed. */
export const backToPage = (event: Record<string, unknown>): Content => ({
  status: 303,
  headers: { ...PRIVATE, Location: `${pageUrl(event)}#acts` },
});

/**
 * A part of a sound: 206 with the place of its bytes, also where no range was asked for, since it is never all of a long
 * message; 416 where nothing is.
 */
export function soundContent({ bytes, start, total }: SoundPart): Content {
  const size = total ?? '*';
  const isEmpty = bytes.length === 0;
  return {
    status: isEmpty ? 416 : 206,
    headers: {
      ...PRIVATE,
      'Accept-Ranges': 'bytes',
      'Content-Range': isEmpty ? `bytes */${size}` : `bytes ${start}-${start + bytes.length - 1}/${size}`,
      'Content-Type': 'audio/mpeg',
      'Cross-Origin-Resource-Policy': 'same-origin',
    },
    body: bytes,
  };
}

/** What `echoRange` found. */
export const probeContent = (range: string): Content => ({ status: 204, headers: { ...PRIVATE, 'X-Range': range } });

/** The page's script tells a listener what a status means. */
export function soundProblemContent(error: unknown): Content {
  const { status, retryAfter } = toListenFailure(error);
  return {
    status,
    headers: { ...PRIVATE, ...retryHeader(retryAfter) },
  };
}

const retryHeader = (seconds: number | undefined): Record<string, string> =>
  seconds === undefined ? {} : { 'Retry-After': String(seconds) };
