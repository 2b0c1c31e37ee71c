import type { Issue } from '../schema';

/**
 * Where in the settings something is wrong. The whole documents are named `settings` and `rules`: `too-long` there means
 * more bytes than fit, and `value` says how many of how many; `too-many` at `recipients` counts the different addresses
 * of recipients, rules and archive. `kept-too-short` has in `value` the days that are needed.
 */
export interface FieldError {
  /** `recipients.3.address`, `rules.0.when.from`. */
  path: string;
  code: Issue['code'] | 'domain-not-allowed' | 'same-time' | 'kept-too-short';
  /** The value, where it helps to find it: an address, or the host of a logo. */
  value?: string;
}
