import type { BounceReason, DeliveryOutcome } from '@callback-and-voicemail/contract';
import type { EmailProviderName } from '@callback-and-voicemail/contract/email-providers';

/** What a provider reports of one message and recipient. */
export interface DeliveryEvent {
  /** Without angle brackets. */
  messageId: string;
  address: string;
  provider: EmailProviderName;
  outcome: DeliveryOutcome;
  /** Of a bounce. */
  reason?: BounceReason;
  /** Of the recipient's mail server, redacted: see `serverWords`. */
  words?: string;
  /** Milliseconds since 1970. */
  at: number;
}

/** A provider's time in seconds; now for one that is missing or ahead, which would outlast every later report. */
export function toEventTime(seconds: unknown, now: number): number {
  const at = typeof seconds === 'number' && seconds > 0 ? Math.round(seconds * 1_000) : now;
  return Math.min(at, now);
}
