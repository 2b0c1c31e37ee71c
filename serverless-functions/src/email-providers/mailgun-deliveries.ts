import type { BounceReason } from '@callback-and-voicemail/contract';
import { toBounceReason } from './bounce-reason';
import type { Bounce, DeliveryReport } from './provider';

/** Of an event, what is looked at; nothing of it is certain. */
export interface MailgunEvent {
  event?: unknown;
  severity?: unknown;
  recipient?: unknown;
  reason?: unknown;
  timestamp?: unknown;
  /** Why Mailgun itself did not pass it on. */
  reject?: { reason?: unknown; description?: unknown } | null;
  message?: { headers?: { 'message-id'?: unknown } } | null;
  'delivery-status'?: { message?: unknown; description?: unknown; code?: unknown; 'enhanced-code'?: unknown } | null;
}

/** A failure that is temporary is tried again by Mailgun; a recipient who has it in the end has it. */
export function summarizeDeliveries(events: readonly MailgunEvent[]): DeliveryReport {
  const delivered = new Set<unknown>();
  const bounced = new Map<unknown, DeliveryReport['bounced'][number]>();
  for (const one of events) {
    if (one.event === 'delivered') delivered.add(one.recipient);
    else if (isBounce(one))
      bounced.set(one.recipient, {
        address: asText(one.recipient),
        problem: classifyBounce(one),
        reason: providerWords(one),
      });
  }
  for (const recipient of delivered) bounced.delete(recipient);
  return { delivered: delivered.size, bounced: [...bounced.values()] };
}

/** Events of several messages, summarized for each. */
export function summarizeByMessage(events: readonly MailgunEvent[]): Map<string, DeliveryReport> {
  const byMessage = new Map<string, MailgunEvent[]>();
  for (const one of events) {
    const id = messageIdOf(one);
    byMessage.set(id, [...(byMessage.get(id) ?? []), one]);
  }
  return new Map([...byMessage].map(([id, list]) => [id, summarizeDeliveries(list)]));
}

/** The permanent failures among the events, in their order. */
export function toBounces(events: readonly MailgunEvent[]): Bounce[] {
  return events.filter(isBounce).map((one) => ({
    messageId: messageIdOf(one),
    address: asText(one.recipient),
    problem: classifyBounce(one),
    at: typeof one.timestamp === 'number' ? Math.round(one.timestamp * 1000) : 0,
  }));
}

export const isBounce = ({ event, severity }: MailgunEvent) => event === 'failed' && severity !== 'temporary';
const asText = (value: unknown) => (typeof value === 'string' ? value : '');
/** Events carry it without angle brackets, responses to a send with them. */
export const messageIdOf = ({ message }: MailgunEvent) =>
  asText(message?.headers?.['message-id']).replace(/^<|>$/g, '');

/** What the mail server answered, or Mailgun in its place: as it came. */
export function eventWords({ reject, 'delivery-status': status }: MailgunEvent): string {
  const words = [status?.description, status?.message, reject?.description, reject?.reason];
  return words.map(asText).find((one) => one !== '') ?? '';
}

const providerWords = (event: MailgunEvent) => eventWords(event) || asText(event.reason);

/** What the recipient's mail server meant. */
export function classifyBounce(event: MailgunEvent): BounceReason {
  if (/^suppress-/.test(asText(event.reason))) return 'suppressed';
  const words = `${asText(event['delivery-status']?.message)} ${asText(event['delivery-status']?.description)}`;
  return toBounceReason(asText(event['delivery-status']?.['enhanced-code']), words);
}
