/** The audit: what people did in Flex, as the server noted it. `flex/audit` shows and exports it to supervisors. */

/** What people do. `save-settings` carries what it changed. */
export const AUDIT_ACTIONS = [
  'read',
  'listen',
  'download',
  'delete',
  'resend',
  'test-mail',
  'restore',
  'requeue',
  'save-settings',
  'export',
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
export interface AuditChange {
  /** As in `FieldChange`. */
  field: string;
  /** Canonical JSON; absent: there was none. */
  from?: string;
  to?: string;
  /** Canonical JSON of each. */
  added?: string[];
  removed?: string[];
}

/** One act. */
export interface AuditItem {
  id: string;
  /** ISO 8601, UTC. */
  at: string;
  /** The worker's SID. */
  by: string;
  /** Who that was, as their Flex token said: no attribute that agents may write. */
  identity: string;
  act: AuditAction;
  result: AuditResult;
  /** Ledger entries that it was done to. */
  entries?: string[];
  taskSid?: string;
  /** Why it was not done: an error's code. */
  code?: string;
  /** The address of a test mail; what was exported. */
  detail?: string;
  changes?: AuditChange[];
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
