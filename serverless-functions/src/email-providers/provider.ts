import type { Readable } from 'node:stream';
import type { BounceReason, EmailProblem, ProviderProblem } from '@callback-and-voicemail/contract';
import { ProductError } from '../runtime/errors';

interface Attachment {
  fileName: string;
  contentType: string;
  stream: Readable;
  /** Bytes; undefined when not known beforehand. */
  bytes: number | undefined;
}

/** One message, of which each recipient gets a copy of their own and sees no other recipient. */
export interface Message {
  /** Without angle brackets; the same for every try, so that a mail that does arrive twice shows once. */
  messageId: string;
  from: string;
  /** Where a reply is read, if not at `from`. */
  replyTo?: string;
  /** RFC 2919, without angle brackets: what mailboxes sort by. */
  listId?: string;
  recipients: { address: string; name?: string }[];
  subject: string;
  text: string;
  html: string;
  attachment?: Attachment;
}

/**
 * `retryable`: try again later. `permanent`: this message will never be taken. `misconfigured`: an operator must act;
 * it is tried again, since they may. `too-large`: the same message without its attachment may pass.
 */
export type SendFailureKind = 'retryable' | 'permanent' | 'misconfigured' | 'too-large';

/** `deliveryUncertain`: the response was lost or unclear, so the message may have been sent. */
export class EmailSendError extends ProductError {
  constructor(
    code: string,
    readonly kind: SendFailureKind,
    readonly deliveryUncertain: boolean,
    /** What it means to those who can correct it. */
    readonly problem: EmailProblem,
    advice: string,
    cause?: unknown,
    /** The provider's own words, without keys and addresses. */
    readonly detail = '',
  ) {
    super(code, `The mail was not accepted (${code})`, advice, { cause });
  }
}

/** The delivery of an accepted message, as far as the provider knows. */
export interface DeliveryReport {
  /** Recipients whose mail server took it. */
  delivered: number;
  /** Recipients whose mail server rejected it permanently, with the provider's words, which may contain an address. */
  bounced: { address: string; problem: BounceReason; reason: string }[];
}

/** Of one message. */
export interface Bounce {
  messageId: string;
  address: string;
  problem: BounceReason;
  /** Milliseconds since 1970. */
  at: number;
}

/** What a provider knows of messages that it was given. It does not need the provider's client. */
export interface DeliveryRecords {
  /** Whether a message of that id was accepted earlier; `unknown` when the provider cannot say. */
  wasAccepted(messageId: string, timeoutMs: number): Promise<'yes' | 'no' | 'unknown'>;
  /** @returns undefined when the provider cannot say */
  fetchDeliveries(messageId: string, timeoutMs: number): Promise<DeliveryReport | undefined>;
  /** @returns by message, those the provider knows; undefined when it cannot say */
  listDeliveries(messageIds: readonly string[], timeoutMs: number): Promise<Map<string, DeliveryReport> | undefined>;
  /** @returns what bounced since then, the newest first, as far as one request tells; undefined when it cannot say */
  listBounces(since: number, timeoutMs: number): Promise<Bounce[] | undefined>;
}

/** What a mail provider must be able to do; one file each implements it. */
export interface EmailProvider extends DeliveryRecords {
  /** The largest message it takes, encoded, in bytes. */
  readonly maxMessageBytes: number;
  /** @returns the provider's own id @throws EmailSendError */
  send(message: Message, timeoutMs: number): Promise<string>;
  /** The cause of a refused or lost message, as a problem to correct. May query the provider. Never throws. */
  diagnose(error: EmailSendError, timeoutMs: number): Promise<ProviderProblem>;
}
