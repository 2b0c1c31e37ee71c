import { createHash } from 'node:crypto';

const REMEMBERED_MS = 60_000;
const MAX_REMEMBERED = 1_000;
/** Flex's tokens are JWEs (twilio.com/docs/flex/developer/user-management/flex-token-api); those of old were JWTs. */
const COMPACT = /^[\w-]+(\.[\w-]*){2,4}$/;
const MAX_LENGTH = 16_384;

/** True for what may be a token: a compact JWS or JWE (RFC 7515 and RFC 7516). Pure. */
export const isTokenForm = (token: string): boolean => token.length <= MAX_LENGTH && COMPACT.test(token);

/** The tokens of an account that Twilio's validator refused, for a minute: the same token again needs no request. */
export class RefusedTokens {
  /** By hash, so that the process keeps no token; in the order in which they were refused. */
  private readonly refusedAt = new Map<string, number>();

  has(token: string, now: number): boolean {
    const at = this.refusedAt.get(keyOf(token));
    return at !== undefined && now >= at && now - at < REMEMBERED_MS;
  }

  add(token: string, now: number): void {
    const key = keyOf(token);
    this.refusedAt.delete(key);
    this.refusedAt.set(key, now);
    if (this.refusedAt.size <= MAX_REMEMBERED) return;
    const [oldest] = this.refusedAt.keys();
    this.refusedAt.delete(oldest!);
  }
}

const keyOf = (token: string) => createHash('sha256').update(token).digest('base64url');
