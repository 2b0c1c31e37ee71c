import { type CallerExperience, FEATURE_PATH, isSid } from '@callback-and-voicemail/contract';
import { callerExperienceFor } from '../invocation';
import { cleanCallerName } from '../numbers/caller-number';
import { BadRequest } from '../runtime/errors';

/**
 * What the URLs of a voicemail carry, so that its entry can be rebuilt when Sync was down as the recording began:
 * Twilio's recordingStatusCallback itself has no From, To, Caller or Called.
 */
export interface VoicemailAddress {
  callSid: string;
  attempt: number;
  /** How often the caller was asked again after silence. */
  askedAgain: number;
  from: string;
  to: string;
  callerName?: string;
  queueName: string;
  workflowSid: string;
  /** Milliseconds since 1970. */
  waitingSince: number;
  /** The caller discarded a message and records another. */
  recordsAgain?: boolean;
  /** The entry is in the ledger already, written before the call was moved here. */
  opened: boolean;
}

export type VoicemailPage = 'voicemail' | 'voicemail-recorded' | 'recording-status' | 'transcription';

/** What the caller of a voicemail hears and may do. */
export function experienceAt({ to, queueName }: Pick<VoicemailAddress, 'to' | 'queueName'>): CallerExperience {
  return callerExperienceFor({ dialed: to, queueName });
}

/** The same where the request itself may be malformed. */
export function experienceOfVoicemail(event: Record<string, unknown>): CallerExperience {
  return experienceAt({ to: textOf(event.to) || textOf(event.To), queueName: textOf(event.queue) });
}

/** 1 and the times asked again; far above what is configured, and what the ledger's ids allow. */
const MAX_ATTEMPT = 99;
const MAX_TEXT = 256;

/** Path and query of one of the voicemail's Functions; every value encoded, absent ones left out. */
export function voicemailPath(page: VoicemailPage, address: VoicemailAddress): string {
  const query = new URLSearchParams({ attempt: String(address.attempt) });
  if (address.askedAgain > 0) query.set('askedAgain', String(address.askedAgain));
  if (address.from !== '') query.set('from', address.from);
  if (address.to !== '') query.set('to', address.to);
  if (address.callerName !== undefined) query.set('name', address.callerName);
  if (address.queueName !== '') query.set('queue', address.queueName);
  if (address.workflowSid !== '') query.set('workflowSid', address.workflowSid);
  query.set('waitingSince', String(address.waitingSince));
  if (address.recordsAgain) query.set('again', '1');
  if (address.opened) query.set('opened', '1');
  return `${FEATURE_PATH}/studio/${page}?${query}`;
}

/**
 * Reads what `voicemailPath` wrote, and for a call that comes straight here, what Twilio itself tells.
 * @throws BadRequest for a missing or malformed CallSid
 */
export function readVoicemailAddress(
  event: Record<string, unknown>,
  defaults: { workflowSid: string; now: number },
): VoicemailAddress {
  const text = (name: string) => textOf(event[name]);
  const callSid = text('CallSid');
  if (!isSid('call', callSid))
    throw new BadRequest('bad-call-sid', 'CallSid is missing or malformed', 'Send the CallSid that Twilio gave.');
  const count = (name: string, least: number) => {
    const value = Number(text(name) || String(least));
    return Number.isInteger(value) && value >= least && value <= MAX_ATTEMPT ? value : least;
  };
  const from = text('from') || text('From');
  const since = Number(text('waitingSince') || Number.NaN);
  const workflowSid = text('workflowSid');
  return {
    callSid,
    attempt: count('attempt', 1),
    askedAgain: count('askedAgain', 0),
    from,
    to: text('to') || text('To'),
    callerName: cleanCallerName(event.name ?? event.CallerName, from),
    queueName: text('queue'),
    workflowSid: isSid('workflow', workflowSid) ? workflowSid : defaults.workflowSid,
    // TaskRouter refuses a place in line in the future; a second's grace for clocks that differ.
    waitingSince: Number.isSafeInteger(since) && since > 0 && since <= defaults.now + 1_000 ? since : defaults.now,
    recordsAgain: text('again') === '1' || undefined,
    opened: text('opened') === '1',
  };
}

function textOf(value: unknown): string {
  return typeof value === 'string' && value !== 'undefined' && value !== 'null' ? value.slice(0, MAX_TEXT) : '';
}
