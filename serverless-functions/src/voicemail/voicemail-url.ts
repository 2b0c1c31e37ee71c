import { FEATURE_PATH, isSid } from '@callback-and-voicemail/contract';
import { CALLER_VERDICTS, type CallerVerdict } from '@callback-and-voicemail/contract/flex-api';
import { type CallerExperience, callerExperienceFor } from '../caller-experience';

import { cleanCallerName } from '../numbers/caller-number';
import { callerVerdict } from '../numbers/caller-verdict';
import type { Environment } from '../runtime/environment';
import { BadRequest } from '../runtime/errors';
import { type FormFields, parameter } from '../runtime/form-fields';
import { fitIntoUrl, readSignedState, type StateKind, signState } from '../runtime/signed-state';

/**
 * What the URLs of a voicemail carry, so that its entry can be rebuilt when Sync was down as the recording began:
 * Twilio's recordingStatusCallback has no From, To, Caller or Called.
 */
export interface VoicemailUrlState {
  callSid: string;
  attempt: number;
  /** How often the invitation was repeated after silence. */
  silenceRetries: number;
  from: string;
  to: string;
  callerName?: string;
  callerVerdict?: CallerVerdict;
  queueName: string;
  /** The queue by which the call's experience was decided, where the caller has moved to another since. */
  experienceQueue?: string;
  workflowSid: string;
  /** Milliseconds since 1970. */
  waitingSince: number;
  /** The caller discarded a message and records another. */
  isRerecording?: boolean;
  /** The entry was written before the call was moved here. */
  entryCreated: boolean;
}

const KIND: StateKind = {
  purpose: 'voicemail',
  names: [
    'attempt',
    'askedAgain',
    'from',
    'to',
    'name',
    'verdict',
    'queue',
    'as',
    'workflowSid',
    'waitingSince',
    'again',
    'opened',
    'recordingSid',
    'said',
    'waited',
    'step',
  ],
};

export type VoicemailPage = 'voicemail' | 'voicemail-recorded' | 'recording-status' | 'transcription';

/** What the caller of a voicemail hears and may do. */
export function experienceForVoicemail({
  to,
  queueName,
  experienceQueue = queueName,
}: Pick<VoicemailUrlState, 'to' | 'queueName' | 'experienceQueue'>): CallerExperience {
  return callerExperienceFor({ dialed: to, queueName: experienceQueue });
}

/** The same for a request that may be malformed. */
export function experienceForRequest(environment: Environment, event: Record<string, unknown>): CallerExperience {
  const own = readSignedState(environment, KIND, event) ?? {};
  const queueName = readText(own, 'as') || readText(own, 'queue');
  return experienceForVoicemail({ to: readText(own, 'to') || readText(event, 'To'), queueName });
}

/** Far more than any configuration allows; the ids of entries have room for it. */
const MAX_ATTEMPT = 99;
const MAX_TEXT = 256;

/** What the texts may take in a URL: a whole URL stays below 2,400. */
const MAX_IN_URL = { address: 300, name: 200, queue: 600 };

/**
 * Path and query of one of the voicemail Functions, signed; absent values are left out.
 * @param more what only that page needs, by names of `KIND`
 */
export function voicemailPath(
  environment: Environment,
  page: VoicemailPage,
  urlState: VoicemailUrlState,
  more: Record<string, string> = {},
): string {
  const query = new URLSearchParams({ attempt: String(urlState.attempt) });
  if (urlState.silenceRetries > 0) query.set('askedAgain', String(urlState.silenceRetries));
  if (urlState.from !== '') query.set('from', fitIntoUrl(urlState.from, MAX_IN_URL.address));
  if (urlState.to !== '') query.set('to', fitIntoUrl(urlState.to, MAX_IN_URL.address));
  if (urlState.callerName !== undefined) query.set('name', fitIntoUrl(urlState.callerName, MAX_IN_URL.name));
  if (urlState.callerVerdict !== undefined) query.set('verdict', urlState.callerVerdict);
  if (urlState.queueName !== '') query.set('queue', fitIntoUrl(urlState.queueName, MAX_IN_URL.queue));
  if (urlState.experienceQueue !== undefined && urlState.experienceQueue !== urlState.queueName)
    query.set('as', fitIntoUrl(urlState.experienceQueue, MAX_IN_URL.queue));
  if (urlState.workflowSid !== '') query.set('workflowSid', urlState.workflowSid);
  query.set('waitingSince', String(urlState.waitingSince));
  if (urlState.isRerecording) query.set('again', '1');
  if (urlState.entryCreated) query.set('opened', '1');
  for (const [name, value] of Object.entries(more)) query.set(name, value);
  return `${FEATURE_PATH}/studio/${page}?${signState(environment, KIND, urlState.callSid, query)}`;
}

/**
 * What `voicemailPath` wrote, and what only that page needs; for a call that comes straight to `voicemail`, Twilio's own
 * parameters.
 * @throws BadRequest for a missing or malformed CallSid, and for a page to which only our own URLs lead
 */
export function readVoicemailUrlState(
  environment: Environment,
  page: VoicemailPage,
  event: FormFields,
  now = Date.now(),
): { urlState: VoicemailUrlState; own: Record<string, string> | undefined } {
  const { CallSid, From, To, CallerName } = event;
  const own = readSignedState(environment, KIND, event, now);
  const defaults = { workflowSid: environment.values.TWILIO_FLEX_CALLBACK_WORKFLOW_SID ?? '', now };
  const sent = own ?? { verdict: callerVerdict(event) };
  const urlState = parseVoicemailUrlState({ From, To, CallerName, ...sent, CallSid }, defaults);
  if (own === undefined && page !== 'voicemail')
    throw new BadRequest('bad-state', 'The URL is not one of ours, or too old', 'Call studio/voicemail first.', 403);
  return { urlState, own };
}

/** @throws BadRequest for a missing or malformed CallSid */
function parseVoicemailUrlState(
  event: Record<string, unknown>,
  defaults: { workflowSid: string; now: number },
): VoicemailUrlState {
  const text = (...names: string[]) => readText(event, ...names);
  const callSid = text('CallSid');
  if (!isSid('call', callSid))
    throw new BadRequest('bad-call-sid', 'CallSid is missing or malformed', 'Send the CallSid that Twilio gave.');
  const count = (name: string, least: number) => {
    const value = Number(text(name) || String(least));
    return Number.isInteger(value) && value >= least && value <= MAX_ATTEMPT ? value : least;
  };
  const from = text('from', 'From');
  const since = Number(text('waitingSince') || Number.NaN);
  const workflowSid = text('workflowSid');
  return {
    callSid,
    attempt: count('attempt', 1),
    silenceRetries: count('askedAgain', 0),
    from,
    to: text('to', 'To'),
    callerName: cleanCallerName(event.name ?? event.CallerName, from),
    callerVerdict: CALLER_VERDICTS.find((one) => one === text('verdict')),
    queueName: text('queue'),
    experienceQueue: text('as') || undefined,
    workflowSid: isSid('workflow', workflowSid) ? workflowSid : defaults.workflowSid,
    // TaskRouter refuses a virtual start time in the future; clocks may differ by a second.
    waitingSince: Number.isSafeInteger(since) && since > 0 && since <= defaults.now + 1_000 ? since : defaults.now,
    isRerecording: text('again') === '1' || undefined,
    entryCreated: text('opened') === '1',
  };
}

/** @throws BadRequest when it is missing or malformed */
export function readRecordingSid({ RecordingSid: recordingSid }: Record<string, unknown>): string {
  if (isSid('recording', recordingSid)) return recordingSid;
  throw new BadRequest('bad-recording-sid', 'RecordingSid is missing or malformed', 'Send the one Twilio gave.');
}

const readText = (event: FormFields, ...names: string[]) => parameter(event, ...names).slice(0, MAX_TEXT);
