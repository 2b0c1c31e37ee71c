/** Why a recipient's mail server refused a mail for good, as far as its answer tells. */
export const BOUNCE_REASONS = [
  'mailbox-full',
  'no-such-address',
  /** The address is known, and takes no mail. */
  'mailbox-disabled',
  'too-large',
  /** By a filter or a policy of the recipient's. */
  'refused',
  /** The provider did not try: an earlier mail bounced, or the recipient complained or unsubscribed. */
  'suppressed',
  'unknown',
] as const;
export type BounceReason = (typeof BOUNCE_REASONS)[number];

/** Reasons for which no later mail reaches the address either, until somebody corrects the address or the mailbox. */
export const LASTING_BOUNCE_REASONS = [
  'no-such-address',
  'mailbox-disabled',
] as const satisfies readonly BounceReason[];

/**
 * What is reported of a mail that the provider accepted. `deferred`: the recipient's server takes it later, perhaps.
 * `complained`: the recipient marked it as spam.
 */
export const DELIVERY_OUTCOMES = ['deferred', 'delivered', 'bounced', 'complained'] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

/** What became of an accepted mail. Recipients that are in neither have not been heard of yet. */
export interface EmailDelivery {
  /** Recipients whose mail server took it. */
  delivered: number;
  bounced: {
    /** For supervisors, who manage the addresses. */
    address: string;
    reason: BounceReason;
    /** Of the recipient's mail server, without addresses and keys. */
    words?: string;
  }[];
  /** Recipients whose mail server has not taken it yet; absent: none is known. */
  deferred?: number;
  /** Some of these, with the server's words. */
  deferrals?: { address: string; words?: string }[];
  /** Recipients who marked it as spam; they are among the delivered. Absent: none is known. */
  complained?: string[];
}

/** An address at which mails bounce until somebody corrects it. Time in ISO 8601. */
export interface BouncingAddress {
  address: string;
  reason: BounceReason;
  at: string;
}
