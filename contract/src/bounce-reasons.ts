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

/** What became of an accepted mail. Recipients that are in neither have not been heard of yet. */
export interface EmailDelivery {
  /** Recipients whose mail server took it. */
  delivered: number;
  bounced: {
    /** For supervisors, who manage the addresses. */
    address: string;
    reason: BounceReason;
  }[];
}
