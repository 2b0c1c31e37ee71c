import { randomUUID } from 'node:crypto';
import type { Environment } from '../runtime/environment';
import { isSigned, sign } from '../runtime/signing';

/**
 * What the buttons of a page carry: that we rendered it for this link, and when. A link alone shows the page and does
 * nothing, so that programs that look into mail set nothing off (ADR 0135). Pure but for the clock and the random name.
 */

const PURPOSE = 'inbox-page';
const LIFETIME_MS = 30 * 60_000;
const MAX_TOKEN_LENGTH = 120;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A token for one rendering of a link's page.
 * @param link the whole parameter of the link
 * @throws ConfigurationError without a key to sign with
 */
export function signPage(environment: Environment, link: string, now = Date.now()): string {
  const until = Math.ceil((now + LIFETIME_MS) / 1_000).toString(36);
  const name = randomUUID();
  return `${until}.${name}.${sign(environment, PURPOSE, signedText(link, until, name))}`;
}

/**
 * The random name of a rendering: the same when its button is pressed again.
 * @returns undefined for a token that is not ours, is of another link, or is too old
 */
export function readPageToken(
  environment: Environment,
  link: unknown,
  token: unknown,
  now = Date.now(),
): string | undefined {
  if (typeof link !== 'string' || typeof token !== 'string' || token.length > MAX_TOKEN_LENGTH) return undefined;
  const [until = '', name = '', signature] = token.split('.');
  if (!UUID.test(name) || !isSigned(environment, PURPOSE, signedText(link, until, name), signature)) return undefined;
  return Number.parseInt(until, 36) * 1_000 > now ? name : undefined;
}

const signedText = (link: string, until: string, name: string) => `${until} ${name} ${link}`;
