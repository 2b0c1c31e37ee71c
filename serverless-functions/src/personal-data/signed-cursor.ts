import type { Environment } from '../runtime/environment';
import { isSigned, sign } from '../runtime/signing';
import { type Cursor, readCursor, START, writeCursor } from './cursor';

/**
 * A cursor says what was gone through, and a certificate rests on it: without our signature none is believed. It is for
 * one person, action and number, and for an hour.
 */

const PURPOSE = 'personal-data-cursor';
const LIFETIME_MS = 60 * 60_000;
const SIGNED = /^([0-9a-z]{1,12})\.([\w-]{22}) (.+)$/;

/** Who walks through what. */
export interface WalkOrder {
  workerSid: string;
  action: string;
  /** See `subjectOf`. */
  subject: string;
}

export function signCursor(environment: Environment, order: WalkOrder, cursor: Cursor, now = Date.now()): string {
  const until = Math.ceil((now + LIFETIME_MS) / 1_000).toString(36);
  const text = writeCursor(cursor);
  return `${until}.${sign(environment, PURPOSE, signedText(order, until, text))} ${text}`;
}

/** @returns the start for no text; undefined for what was not signed for this order, or too long ago */
export function readSignedCursor(
  environment: Environment,
  order: WalkOrder,
  signed: string,
  now = Date.now(),
): Cursor | undefined {
  if (signed === '') return START;
  const [, until = '', signature, text = ''] = SIGNED.exec(signed) ?? [];
  if (!(Number.parseInt(until, 36) * 1_000 > now)) return undefined;
  if (!isSigned(environment, PURPOSE, signedText(order, until, text), signature)) return undefined;
  return readCursor(text);
}

const signedText = ({ workerSid, action, subject }: WalkOrder, until: string, text: string) =>
  `${workerSid} ${action} ${subject} ${until} ${text}`;
