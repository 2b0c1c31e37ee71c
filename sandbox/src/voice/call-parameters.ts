import { callDuration } from '../world/call-duration';
import type { Account } from '../world/types';
import { countryFromNumber } from './calling-country';
import type { LiveCall, QueueMembership } from './live-call';

export const API_VERSION = '2010-04-01';

/** The parameters every voice webhook of a call carries (names as captured from Twilio). */
export function callParameters(account: Account, call: LiveCall): Record<string, string> {
  const called = {
    city: call.number.place?.city ?? '',
    state: call.number.place?.state ?? '',
    zip: call.number.place?.zip ?? '',
  };
  const params: Record<string, string> = {
    AccountSid: account.accountSid,
    ApiVersion: API_VERSION,
    CallSid: call.sid,
    CallStatus: call.status,
    Called: call.to,
    Caller: call.from,
    Direction: call.direction,
    From: call.from,
    To: call.to,
  };
  for (const [side, number, place] of [
    ['Called', call.to, called],
    ['Caller', call.from, { city: '', state: '', zip: '' }],
    ['From', call.from, { city: '', state: '', zip: '' }],
    ['To', call.to, called],
  ] as const) {
    params[`${side}City`] = place.city;
    params[`${side}Country`] = countryFromNumber(number);
    params[`${side}State`] = place.state;
    params[`${side}Zip`] = place.zip;
  }
  if (call.callerName !== undefined) params.CallerName = call.callerName;
  if (call.forwardedFrom !== undefined) {
    params.CalledVia = call.forwardedFrom;
    params.ForwardedFrom = call.forwardedFrom;
  }
  return params;
}

/**
 * What a call's status callback carries besides; a call that has ended has a duration, 0 if nobody answered.
 * @param sequence counts a call's callbacks, from 0
 */
export function progressParameters(call: LiveCall, sequence: number): Record<string, string> {
  const seconds = callDuration(call) ?? 0;
  return {
    ...(call.endTime === null ? {} : { CallDuration: String(seconds), Duration: String(Math.ceil(seconds / 60)) }),
    CallbackSource: 'call-progress-events',
    SequenceNumber: String(sequence),
    Timestamp: new Date().toUTCString().replace('GMT', '+0000'),
  };
}

/** What the waitUrl's request carries besides: the queue as it is now. Times in whole seconds. */
export function queueParameters(membership: QueueMembership, callSid: string): Record<string, string> {
  const now = Date.now();
  const { members, maxSize, sid } = membership.queue;
  const waited = members.map((member) => (now - member.enqueuedAt) / 1000);
  const average = waited.reduce((sum, seconds) => sum + seconds, 0) / Math.max(1, waited.length);
  return {
    QueueSid: sid,
    QueuePosition: String(members.findIndex((member) => member.callSid === callSid) + 1),
    QueueTime: String(Math.floor((now - membership.enqueuedAt) / 1000)),
    AvgQueueTime: String(Math.floor(average)),
    CurrentQueueSize: String(members.length),
    MaxQueueSize: String(maxSize),
  };
}

/** The attributes TaskRouter gives a task made by `<Enqueue>`: the call's parameters in snake_case. */
export function callAttributes(account: Account, call: LiveCall): Record<string, string> {
  const attributes: Record<string, string> = {};
  for (const [name, value] of Object.entries(callParameters(account, call))) {
    attributes[name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()] = value;
  }
  return attributes;
}
