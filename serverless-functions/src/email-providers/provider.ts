import type { Readable } from 'node:stream';
import type { BounceReason, EmailProblem, ProviderProblem } from '@callback-and-voicemail/contract';
import type { EmailProviderName } from '@callback-and-voicemail/contract/email-providers';
import { ProductError } from '../runtime/errors';

export interface Attachment {
  fileName: string;
  contentType: string;
  /** Bytes; undefined when not known beforehand. */
  bytes: number | undefined;
  /**
   * Opens it from its beginning. Each attempt opens it once, also after another provider has read it.
   * @throws RecordingUnavailable, which a provider passes on
   */
  open(): Promise<Readable>;
}

export interface Recipient {
  address: string;
  name?: string;
  /** A ticket system, which ignores mails that say they are automatic. Recipients of one message agree in this. */
  omitAutoSubmitted?: boolean;
  /** What stands for the placeholders of `text` and `html` in this recipient's copy: links of their own. */
  values?: Readonly<Record<string, string>>;
}

/**
 * Stands in `text` and `html` for a value that each recipient has of their own. Characters for private use, which texts of
 * others lose before they get into a mail; the name has lower-case letters only.
 */
export const placeholder = (name: string) => `\uE000${name}\uE001`;

/** One message, of which each recipient gets a copy of their own and sees no other recipient. */
export interface Message {
  /** Without angle brackets; the same for every try, so that a mail that does arrive twice shows once. */
  messageId: string;
  from: string;
  /** Where a reply is read, if not at `from`. */
  replyTo?: string;
  /** For providers that give back in their reports what they were given with a message; not for the mail itself. */
  proof?: string;
  /** RFC 2919, without angle brackets: what mailboxes sort by. */
  listId?: string;
  /** Ids of earlier messages of the thread, the oldest first (RFC 5322, section 3.6.4), without angle brackets. */
  references?: readonly string[];
  recipients: readonly Recipient[];
  /** Servers without TLS get nothing; absent: as if `true`. */
  requireTls?: boolean;
  subject: string;
  text: string;
  html: string;
  attachment?: Attachment;
}

/** True where a message says that it is automatic, so that nothing answers it: RFC 3834, https://www.rfc-editor.org/rfc/rfc3834. */
export const saysItIsAutomatic = ({ recipients }: Pick<Message, 'recipients'>): boolean =>
  !recipients.some(({ omitAutoSubmitted }) => omitAutoSubmitted);

/**
 * `retryable`: try again later. `recipient`: refused because of a recipient, whoever of several it is. `permanent`: this
 * message will never be taken. `misconfigured`: an operator must act; it is tried again, since they may. `too-large`:
 * the same message without its attachment may pass.
 */
export type SendFailureKind = 'retryable' | 'recipient' | 'permanent' | 'misconfigured' | 'too-large';

interface SendFailure {
  kind: SendFailureKind;
  /** The response was lost or unclear, so the message may have been sent. */
  deliveryUncertain: boolean;
  /** What it means to those who can correct it. */
  problem: EmailProblem;
  advice: string;
  cause?: unknown;
  /** The provider's own words, without keys and addresses. */
  detail?: string;
  /** How long the provider asks to wait. */
  retryAfterMs?: number;
  /** The provider was not given the whole message: its attachment came too slowly, or ended early. */
  isIncomplete?: boolean;
}

/** A provider did not take a message, or may have taken it. */
export class EmailSendError extends ProductError implements Readonly<SendFailure> {
  readonly kind: SendFailureKind;
  readonly deliveryUncertain: boolean;
  readonly problem: EmailProblem;
  readonly detail: string;
  readonly retryAfterMs: number | undefined;
  readonly isIncomplete: boolean;
  constructor(code: string, failure: SendFailure) {
    super(code, `The mail was not accepted (${code})`, failure.advice, { cause: failure.cause });
    this.kind = failure.kind;
    this.deliveryUncertain = failure.deliveryUncertain;
    this.problem = failure.problem;
    this.detail = failure.detail ?? '';
    this.retryAfterMs = failure.retryAfterMs;
    this.isIncomplete = failure.isIncomplete ?? false;
  }
}

/** What a provider made of a message that it took. */
export interface SendResult {
  /** The provider's own id, where it gives one. */
  providerId?: string;
  /** Recipients that it did not take, each for a reason of their own; it took it for all others. */
  failed: readonly { address: string; error: EmailSendError }[];
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
  /**
   * Who the provider took a message of that id for earlier.
   * @returns their addresses, none when it took no such message; undefined when it cannot say
   */
  findAccepted(messageId: string, timeoutMs: number): Promise<readonly string[] | undefined>;
  /** @returns undefined when the provider cannot say */
  fetchDeliveries(messageId: string, timeoutMs: number): Promise<DeliveryReport | undefined>;
  /** @returns by message, those the provider knows; undefined when it cannot say */
  listDeliveries(messageIds: readonly string[], timeoutMs: number): Promise<Map<string, DeliveryReport> | undefined>;
  /** @returns what bounced since then, the newest first, as far as one request tells; undefined when it cannot say */
  listBounces(since: number, timeoutMs: number): Promise<Bounce[] | undefined>;
}

export interface SendOptions {
  timeoutMs: number;
  signal?: AbortSignal;
  release?: Promise<boolean>;
}

/** What a mail provider must be able to do; one file each implements it. */
export interface EmailProvider extends DeliveryRecords {
  readonly name: EmailProviderName;
  /** The largest message it takes, encoded, in bytes. */
  readonly maxMessageBytes: number;
  /** True: `send` takes `release`. */
  readonly holdsMessages?: true;
  /**
   * Sends a message. When `signal` aborts, it gives up at once and leaves no connection behind that a later message
   * could meet.
   * @param options.release the last bytes are held back until it says true; after false, nothing is sent
   * @throws EmailSendError when it took the message for nobody, or nobody knows; what opening the attachment throws
   */
  send(message: Message, options: SendOptions): Promise<SendResult>;
  /** The cause of a refused or lost message, as a problem to correct. May query the provider. Never throws. */
  diagnose(error: EmailSendError, timeoutMs: number): Promise<ProviderProblem>;
}

/** The records of a provider that answers no questions: its webhook may tell, or nobody can. */
export const NO_RECORDS: DeliveryRecords = {
  findAccepted: async () => undefined,
  fetchDeliveries: async () => undefined,
  listDeliveries: async () => undefined,
  listBounces: async () => undefined,
};
