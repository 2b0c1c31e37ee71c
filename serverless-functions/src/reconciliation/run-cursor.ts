import type { Environment } from '../runtime/environment';
import type { QueueScope } from '../runtime/queue-scope';
import { isSigned, sign } from '../runtime/signing';
import { parseRun, type Run } from './run';

/**
 * A cursor holds a run with its totals, and the chain of runs rests on it: without our signature none is believed. It is
 * for one person and their queues, and for an hour.
 */

const PURPOSE = 'reconcile-cursor';
const LIFETIME_MS = 60 * 60_000;
const SIGNED = /^([0-9a-z]{1,12})\.([\w-]{22})\.([\w-]{1,4000})$/;

/** Whose run it is. */
export interface RunOwner {
  /** A worker's SID, or `scheduler`. */
  by: string;
  scope: QueueScope;
}

export function signRun(environment: Environment, owner: RunOwner, run: Run, now = Date.now()): string {
  const until = Math.ceil((now + LIFETIME_MS) / 1_000).toString(36);
  const text = Buffer.from(JSON.stringify(run)).toString('base64url');
  return `${until}.${sign(environment, PURPOSE, signedText(owner, until, text))}.${text}`;
}

/** @returns undefined for what was not signed for this owner, or too long ago */
export function readSignedRun(
  environment: Environment,
  owner: RunOwner,
  signed: string,
  now = Date.now(),
): Run | undefined {
  const [, until = '', signature, text = ''] = SIGNED.exec(signed) ?? [];
  if (!(Number.parseInt(until, 36) * 1_000 > now)) return undefined;
  if (!isSigned(environment, PURPOSE, signedText(owner, until, text), signature)) return undefined;
  return parseRun(JSON.parse(Buffer.from(text, 'base64url').toString()));
}

const signedText = ({ by, scope }: RunOwner, until: string, text: string) =>
  `${by} ${JSON.stringify(scope)} ${until} ${text}`;
