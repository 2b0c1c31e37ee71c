import { isRecord } from '@callback-and-voicemail/contract/schema';
import {
  classifyBounce,
  eventWords,
  isBounce,
  type MailgunEvent,
  messageIdOf,
} from '../email-providers/mailgun-deliveries';
import { serverWords } from '../email-providers/server-words';
import { type DeliveryEvent, toEventTime } from './delivery-event';

/**
 * Reads `event-data` of a webhook of Mailgun's. Pure.
 * (https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhook-payloads)
 * @returns undefined for what says nothing of a delivery: openings, clicks, or something malformed
 */
export function readMailgunEvent(data: unknown, now: number): DeliveryEvent | undefined {
  if (!isRecord(data)) return undefined;
  const event = asEvent(data);
  const messageId = messageIdOf(event);
  const verdict = readVerdict(event);
  if (messageId === '' || typeof event.recipient !== 'string' || event.recipient === '' || verdict === undefined)
    return undefined;
  return {
    messageId,
    address: event.recipient,
    provider: 'mailgun',
    ...verdict,
    at: toEventTime(event.timestamp, now),
  };
}

function readVerdict(event: MailgunEvent): Pick<DeliveryEvent, 'outcome' | 'reason' | 'words'> | undefined {
  const words = serverWords(eventWords(event));
  switch (event.event) {
    case 'delivered':
      return { outcome: 'delivered' };
    case 'complained':
      return { outcome: 'complained' };
    // Mailgun itself does not pass it on, e.g. for a virus.
    case 'rejected':
      return { outcome: 'bounced', reason: 'refused', words };
    case 'failed':
      return isBounce(event)
        ? { outcome: 'bounced', reason: classifyBounce(event), words }
        : { outcome: 'deferred', words };
    default:
      return undefined;
  }
}

/** The parts that are looked into are records, or absent. */
function asEvent(data: Record<string, unknown>): MailgunEvent {
  const { message, reject, 'delivery-status': status } = data;
  const headers = isRecord(message) && isRecord(message.headers) ? message.headers : undefined;
  return {
    ...data,
    message: { headers },
    reject: isRecord(reject) ? reject : undefined,
    'delivery-status': isRecord(status) ? status : undefined,
  };
}
