import { classifyCaller } from '../numbers/caller-number';
import type { Environment } from '../runtime/environment';
import { ConfigurationError } from '../runtime/errors';
import { sign } from '../runtime/signing';

/**
 * The root of the thread that a caller's emails about one queue are in: an id that no message has, which all of them
 * refer to. Mailboxes group by it (RFC 5322, section 3.6.4; Gmail also wants the same subject).
 * @param domain right of the @
 * @returns without angle brackets; undefined for callers without a number, who have nothing in common, and without keys:
 * a digest that is not keyed would tell the number to whoever tries all of them
 */
export function threadOf(
  environment: Environment,
  { from, queueName }: { from: string; queueName: string },
  domain: string,
): string | undefined {
  if (classifyCaller(from) !== 'number') return undefined;
  try {
    return `thread-${sign(environment, 'email-thread', `${from}\n${queueName}`)}@${domain}`;
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}
