import { retentionCountsSchema } from './email-settings/retention';
import { choice, type Infer, list, object, optional, text } from './schema';

/**
 * The audit: what people did in Flex, what recipients of emails did by link, and what retention deleted, as the server
 * noted it. `flex/audit` shows and exports it to supervisors.
 */

/** What is done. `save-settings` carries what it changed, `retention`, which nobody does by hand, what it deleted. */
export const AUDIT_ACTIONS = [
  'read',
  'listen',
  'download',
  /** A recipient's link to a voicemail was opened, by them or by a program that looks into their mail. */
  'open-link',
  /** What a recipient did on the page behind their link (ADR 0135). */
  'inbox-take',
  'inbox-give-back',
  'inbox-finish',
  'inbox-remind',
  'inbox-call',
  'delete',
  'resend',
  'test-mail',
  'restore',
  'requeue',
  'confirm-caller',
  'save-settings',
  'confirm-recipient',
  'reject-recipient',
  'export',
  'find-number',
  'export-number',
  'erase-number',
  'retention',
  'reconcile',
  'take-up',
  /** No action: the record is there and cannot be read, since it is broken or of a later release. */
  'unreadable',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/**
 * `allowed`: noted before or beside the act, and nothing else is known of it. `done`: it is known to have been done.
 * `failed`: it was allowed and not done. `refused`: the server did not allow it.
 */
export const AUDIT_RESULTS = ['allowed', 'done', 'failed', 'refused'] as const;
export type AuditResult = (typeof AUDIT_RESULTS)[number];

/**
 * What became of one field of the settings. Recipients and holidays are sets: what was added, and what was removed. Of
 * a rule, `from` and `to` hold all but its recipients; both are the same when only these changed. Nothing is cut.
 */
const auditChangeSchema = object({
  /** As in `FieldChange`. */
  field: text(),
  /** Canonical JSON; absent: there was none. */
  from: optional(text()),
  to: optional(text()),
  /** Canonical JSON of each. */
  added: optional(list(text())),
  removed: optional(list(text())),
});
export type AuditChange = Infer<typeof auditChangeSchema>;

/** `by` and `identity` of what the product did by itself. */
export const AUDIT_SERVICE = 'service';
/** `by` of what was done with the link of an email; `identity` is the address that it was sent to. */
export const AUDIT_RECIPIENT = 'recipient';

/**
 * Why a recipient's link was refused, besides the codes that Functions for Flex answer with. `recipient-removed`: the
 * address does not get the voicemail any more. `links-off`: the settings keep recordings in Flex. Of an act on the page:
 * `act-off`: the settings do not allow it. `page-expired`: the page is too old. `taken-by-other`: another recipient has
 * taken the voicemail. `held-by-agent`: an agent has its task. `handled`: nothing is left to do.
 * `no-phone`: the settings hold no telephone of theirs. `call-under-way`: a call for the voicemail goes on.
 */
export const LINK_REFUSALS = [
  'recipient-removed',
  'links-off',
  'act-off',
  'page-expired',
  'taken-by-other',
  'held-by-agent',
  'handled',
  'no-phone',
  'call-under-way',
] as const;
export type LinkRefusal = (typeof LINK_REFUSALS)[number];

/** One action, as it is stored. */
export const auditRecordSchema = object({
  /** ISO 8601, UTC. */
  at: text(),
  /** The worker's SID, `AUDIT_RECIPIENT` or `AUDIT_SERVICE`. */
  by: text(),
  /**
   * Who that was, as their Flex token said: no attribute that agents may write. Of a recipient the address, or nothing
   * where the link is of an address that gets the voicemail no longer.
   */
  identity: text(),
  act: choice(...AUDIT_ACTIONS),
  result: choice(...AUDIT_RESULTS),
  /** Ledger entries that it was done to. */
  entries: optional(list(text())),
  /** The queues of `entries`; absent when there are many. */
  queues: optional(list(text())),
  taskSid: optional(text()),
  /** Why it was not done: an error's code. */
  code: optional(text()),
  /** The address of a test mail, or one that was confirmed or rejected; what was exported; a number by its hash; when to remind. */
  detail: optional(text()),
  changes: optional(list(auditChangeSchema)),
  /** How much of each kind a run of retention deleted. */
  deleted: optional(retentionCountsSchema),
});
export type AuditRecord = Infer<typeof auditRecordSchema>;

/** One action, as it is shown. */
export interface AuditItem extends AuditRecord {
  id: string;
}

export interface AuditResponse {
  /** The newest first. */
  items: AuditItem[];
  /** Ask again with it for what is older; absent: there is no more. */
  cursor?: string;
  /** False: the page ended before it was full, since each page costs a bounded number of requests. */
  complete: boolean;
  /** With `Format`: the items as lines of that format, the first page of CSV with its heads. */
  text?: string;
}
