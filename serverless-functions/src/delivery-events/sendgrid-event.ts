import type { BounceReason } from '@callback-and-voicemail/contract';
import { toBounceReason } from '../email-providers/bounce-reason';
import { serverWords } from '../email-providers/server-words';
import { type DeliveryEvent, toEventTime } from './delivery-event';

/** One event, and what shows that it is about a mail of ours. */
export interface SendGridEvent {
  event: DeliveryEvent;
  /** `custom_args.proof` of the mail. */
  proof: unknown;
}

const asText = (value: unknown) => (typeof value === 'string' ? value : '');

/**
 * Reads one event of SendGrid's Event Webhook. Pure.
 * (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/event)
 * @returns undefined for what says nothing of a delivery: `processed`, openings, clicks, or something malformed
 */
export function readSendGridEvent(data: Record<string, unknown>, now: number): SendGridEvent | undefined {
  const verdict = readVerdict(data);
  // SendGrid adds our arguments to the event's own fields, and `smtp-id` is the mail's Message-ID.
  const messageId = (asText(data.message_id) || asText(data['smtp-id'])).replace(/^<|>$/g, '');
  const address = asText(data.email);
  if (verdict === undefined || messageId === '' || address === '') return undefined;
  const event: DeliveryEvent = {
    messageId,
    address,
    provider: 'sendgrid',
    ...verdict,
    at: toEventTime(data.timestamp, now),
  };
  return { event, proof: data.proof };
}

function readVerdict(data: Record<string, unknown>): Pick<DeliveryEvent, 'outcome' | 'reason' | 'words'> | undefined {
  switch (data.event) {
    case 'delivered':
      return { outcome: 'delivered' };
    case 'deferred':
      return { outcome: 'deferred', words: serverWords(data.response) };
    case 'spamreport':
      return { outcome: 'complained' };
    // Also of the type `blocked`: the address may be good, and this mail will not arrive.
    case 'bounce':
      return {
        outcome: 'bounced',
        reason: toBounceReason(asText(data.status), asText(data.reason)),
        words: serverWords(data.reason),
      };
    case 'dropped':
      return readDrop(data.reason);
    default:
      return undefined;
  }
}

/** SendGrid's own words where they are none of the known. */
function readDrop(given: unknown): Pick<DeliveryEvent, 'outcome' | 'reason' | 'words'> {
  const reason = DROPS.get(asText(given));
  return reason === undefined
    ? { outcome: 'bounced', reason: 'unknown', words: serverWords(given) }
    : { outcome: 'bounced', reason };
}

/** Why SendGrid did not try: https://www.twilio.com/docs/sendgrid/ui/analytics-and-reporting/drops */
const DROPS: ReadonlyMap<string, BounceReason> = new Map([
  ['Invalid', 'no-such-address'],
  ['Bounced Address', 'suppressed'],
  ['Spam Reporting Address', 'suppressed'],
  ['Unsubscribed Address', 'suppressed'],
  ['Spam Content', 'refused'],
]);
