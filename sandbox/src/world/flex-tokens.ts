import { createHash } from 'node:crypto';
import type { Sid } from './types';

export interface FlexToken {
  token: string;
  identity: string;
  /** e.g. `['supervisor']`, `['agent']`. */
  roles: readonly string[];
  workerSid: Sid;
  /** Milliseconds since 1970. */
  expiresAt: number;
  realmUserId: Sid;
}

interface NewFlexToken {
  identity: string;
  roles: readonly string[];
  workerSid?: Sid;
  /** Milliseconds since 1970; default one hour from now, as Flex gives (docs, Flex token API). */
  expiresAt?: number;
}

/** The tokens of people signed in to Flex, for the validator on iam.twilio.com. */
export interface FlexTokens {
  issue(input: NewFlexToken): FlexToken;
  find(token: string): FlexToken | undefined;
}

const ONE_HOUR_MS = 3_600_000;

/** See `FlexTokens`; tokens look like the JWE they stand for but carry nothing. */
export function createFlexTokens(newSid: (prefix: string) => Sid): FlexTokens {
  const issued = new Map<string, FlexToken>();
  return {
    issue({ identity, roles, workerSid = newSid('WK'), expiresAt = Date.now() + ONE_HOUR_MS }) {
      const realmUserId = newSid('US');
      const secret = createHash('sha512').update(`${realmUserId}:${identity}`).digest('base64url');
      const token = `${Buffer.from('{"alg":"dir","enc":"A256GCM"}').toString('base64url')}..${secret}`;
      const record: FlexToken = { token, identity, roles, workerSid, expiresAt, realmUserId };
      issued.set(token, record);
      return record;
    },
    find: (token) => issued.get(token),
  };
}
