import type { Environment } from './environment';
import { ConfigurationError } from './errors';
import { type FormFields, textField } from './form-fields';
import { isSigned, sign } from './signing';

/**
 * What our URLs carry from one request of a call to the next, signed by us (ADR 0112). Twilio's runtime merges query and
 * body into one set of parameters, and a TwiML App, another flow or a replay may send any: without the signature none of
 * them is taken for ours.
 */

/** Longer than a call waits or a recording takes; each turn of a call signs anew. */
const LIFETIME_MS = 48 * 60 * 60_000;
const END = 'until';
const SIGNATURE = 'sig';

/** The parameters of one group of URLs. A signature for one group is none for the other. */
export interface StateKind {
  purpose: 'wait' | 'voicemail' | 'confirmation' | 'inbox-call';
  names: readonly string[];
  /** The call does not exist yet when its first URL is signed: what it belongs to is among `names`. */
  isOfNewCall?: true;
}

/**
 * Adds the end of its validity and our signature.
 * @param callSid the call that it belongs to: Twilio sends it with each request; empty for a new call
 */
export function signState(
  environment: Environment,
  kind: StateKind,
  callSid: string,
  query: URLSearchParams,
  now = Date.now(),
): URLSearchParams {
  const signed = new URLSearchParams(query);
  signed.set(END, Math.ceil((now + LIFETIME_MS) / 1_000).toString(36));
  try {
    signed.set(SIGNATURE, sign(environment, kind.purpose, signedText(kind, callSid, Object.fromEntries(signed))));
  } catch (error) {
    // Without keys the call goes on from its beginning.
    if (!(error instanceof ConfigurationError)) throw error;
  }
  return signed;
}

/** @returns the parameters that we signed for this call; undefined when they are not ours, or too old */
export function readSignedState(
  environment: Environment,
  kind: StateKind,
  event: FormFields,
  now = Date.now(),
): Record<string, string> | undefined {
  const until = Number.parseInt(textField(event, END), 36) * 1_000;
  if (!(until > now)) return undefined;
  try {
    const text = signedText(kind, kind.isOfNewCall ? '' : textField(event, 'CallSid'), event);
    if (!isSigned(environment, kind.purpose, text, event[SIGNATURE])) return undefined;
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
  return Object.fromEntries(
    kind.names.map((name) => [name, textField(event, name)]).filter(([, value]) => value !== ''),
  );
}

/** The same text for the same values, in whatever order and between whichever others they come. */
function signedText({ names }: StateKind, callSid: string, fields: FormFields): string {
  const own = [...names, END].sort().map((name) => [name, textField(fields, name)] as [string, string]);
  return `${callSid} ${new URLSearchParams(own.filter(([, value]) => value !== ''))}`;
}

/** The beginning of a text that takes at most that many characters in a URL. */
export function fitIntoUrl(text: string, most: number): string {
  let fitting = '';
  let length = 0;
  for (const character of text) {
    length += new URLSearchParams({ '': character }).toString().length - 1;
    if (length > most) return fitting;
    fitting += character;
  }
  return fitting;
}
