import type { CallView } from './types';

/**
 * The seconds of a call, or null: "empty for busy, failed, unanswered, or ongoing calls"
 * (twilio.com/docs/voice/api/call-resource, duration). A call that the account makes counts from the answer on.
 */
export function callDuration(call: Pick<CallView, 'direction' | 'startTime' | 'endTime' | 'answeredAt'>) {
  const since = call.direction === 'inbound' ? call.startTime : call.answeredAt;
  return call.endTime === null || since === undefined ? null : Math.round((call.endTime - since) / 1000);
}
