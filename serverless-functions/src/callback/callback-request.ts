import { E164_NUMBER, isSid } from '@callback-and-voicemail/contract';
import { BadRequest } from '../runtime/errors';
import { parameter, wholeNumber } from '../runtime/form-fields';

/** A request to `studio/create-callback`; every value is checked, absent ones are undefined. */
export interface CallbackRequest {
  numberToCall: string;
  numberToCallFrom: string;
  workflowSid: string | undefined;
  priority: number;
  /** Seconds. */
  timeout: number | undefined;
  attempts: number;
  /** Milliseconds since 1970. */
  virtualStartTime: number | undefined;
  recordingSid: string | undefined;
  recordingSeconds: number | undefined;
  transcriptText: string | undefined;
  callSid: string | undefined;
  idempotencyKey: string | undefined;
}

/** A flow may read the message of an error to its caller; the advice is for programmers. */
export const NOT_DONE = 'This could not be done.';

/** TaskRouter's own limits (OpenAPI taskrouter v1, CreateTask). */
const MAX_PRIORITY = 2_147_483_647;
const MAX_TIMEOUT_SECONDS = 1_209_600;
const MAX_ATTEMPTS = 1_000;
const MAX_RECORDING_SECONDS = 86_400;
const MAX_KEY = 256;
const MAX_NUMBER = 256;
const MAX_TRANSCRIPT = 20_000;
const YEAR_1900 = Date.UTC(1900, 0, 1);
/** Clocks differ by a moment. */
const FUTURE_GRACE_MS = 1_000;

/**
 * Reads a request. `recordingUrl` is accepted and ignored: a recording's address is always built from its sid.
 * @throws BadRequest naming the parameter, for one that is missing or malformed
 */
export function readCallbackRequest(event: Record<string, unknown>, now: number): CallbackRequest {
  const text = (most: number, ...names: string[]): string | undefined => {
    const value = parameter(event, ...names).trim();
    if (value.length > most) throw malformed(names[0]!, `at most ${most} characters`);
    return value === '' ? undefined : value;
  };
  const sid = (kind: Parameters<typeof isSid>[0], form: string, ...names: string[]) => {
    const value = text(MAX_KEY, ...names);
    if (value !== undefined && !isSid(kind, value)) throw malformed(names[0]!, form);
    return value;
  };
  const count = (least: number, most: number, ...names: string[]) => {
    const value = text(MAX_KEY, ...names);
    if (value === undefined) return undefined;
    const number = wholeNumber(value);
    if (!(number >= least && number <= most)) throw malformed(names[0]!, `a whole number from ${least} to ${most}`);
    return number;
  };
  const needed = (name: string) => {
    const value = text(MAX_NUMBER, name);
    if (value === undefined)
      throw new BadRequest(`missing-${kebab(name)}`, NOT_DONE, `${name} is missing: send a number like +12025550123.`);
    return value;
  };
  const numberToCallFrom = needed('numberToCallFrom');
  if (!E164_NUMBER.test(numberToCallFrom)) throw malformed('numberToCallFrom', 'a number like +12025550101');
  return {
    numberToCall: needed('numberToCall'),
    numberToCallFrom,
    workflowSid: sid('workflow', 'WW and 32 hexadecimal digits', 'workflowSid'),
    priority: count(0, MAX_PRIORITY, 'priority') ?? 0,
    timeout: count(1, MAX_TIMEOUT_SECONDS, 'timeout'),
    attempts: count(0, MAX_ATTEMPTS, 'attempts') ?? 0,
    virtualStartTime: startTime(text(MAX_KEY, 'virtualStartTime'), now),
    recordingSid: sid('recording', 'RE and 32 hexadecimal digits', 'recordingSid', 'RecordingSid'),
    recordingSeconds: count(0, MAX_RECORDING_SECONDS, 'recordingSeconds', 'RecordingDuration'),
    transcriptText: text(MAX_TRANSCRIPT, 'transcriptText', 'transcriptionText', 'TranscriptionText'),
    callSid: sid('call', 'CA and 32 hexadecimal digits', 'callSid', 'CallSid'),
    idempotencyKey: text(MAX_KEY, 'idempotencyKey'),
  };
}

/** ISO 8601, or milliseconds or seconds since 1970. */
function startTime(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const at = /^\d+$/.test(value) ? Number(value) * (value.length <= 10 ? 1_000 : 1) : Date.parse(value);
  if (!(at >= YEAR_1900 && at <= now + FUTURE_GRACE_MS))
    throw malformed('virtualStartTime', 'a moment in the past, e.g. 2026-01-05T09:00:00Z');
  return Math.min(at, now);
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

function malformed(name: string, form: string): BadRequest {
  return new BadRequest(`bad-${kebab(name)}`, NOT_DONE, `${name} is malformed: send ${form}.`);
}
