import type { Worker } from '../taskrouter/types';
import type { FlexToken } from '../world/flex-tokens';
import { TwilioError } from '../world/twilio-error';
import type { SandboxWorld } from '../world/world';

/** A user who is signed in to Flex. */
export interface FlexUser {
  token: FlexToken;
  worker: Worker;
  isSupervisor: boolean;
}

/** The user of a Flex token. @throws TwilioError 401 for a missing, unknown or expired token */
export function authenticate(world: SandboxWorld, token: string | undefined): FlexUser {
  const known = token === undefined ? undefined : world.flexTokens.find(token);
  const worker = known && world.taskRouter.worker(known.workerSid);
  if (!known || !worker) throw new TwilioError(401, 20101, 'Invalid Access Token');
  if (known.expiresAt <= Date.now()) throw new TwilioError(401, 20104, 'Access Token expired');
  return { token: known, worker, isSupervisor: known.roles.some((role) => role === 'supervisor' || role === 'admin') };
}

/** The token of Flex's own REST calls: `Basic base64("token:" + token)`, or `x-flex-jwe` (docs/flex-protocols.md 3). */
export function readToken(headers: Record<string, string | string[] | undefined>): string | undefined {
  const { authorization } = headers;
  const [scheme, encoded = ''] = (typeof authorization === 'string' ? authorization : '').split(' ');
  if (scheme?.toLowerCase() === 'basic')
    return Buffer.from(encoded, 'base64')
      .toString()
      .replace(/^token:/, '');
  if (scheme?.toLowerCase() === 'bearer') return encoded;
  const jwe = headers['x-flex-jwe'];
  return typeof jwe === 'string' ? jwe : undefined;
}
