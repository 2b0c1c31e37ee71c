import type { Environment } from '../runtime/environment';
import { sign } from '../runtime/signing';

/** A keyed hash that stands for a number where the number itself must not stay: tombstones, the audit, names of keys. */
export function subjectOf(environment: Environment, number: string): string {
  return sign(environment, 'personal-data', number);
}

/** How the audit names a number: enough to recognize it, not enough to call it. */
export function describeSubject(number: string, subject: string): string {
  return `••${number.slice(-2)} ${subject}`;
}
