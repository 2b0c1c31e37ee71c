import type { Environment } from '../runtime/environment';
import { isSigned, sign } from '../runtime/signing';

/**
 * What a provider is given with a message and gives back in its reports: whoever has it has had the message from us. It
 * is not in the mail. A signature by our keys, so that it need not be stored.
 */
const PURPOSE = 'delivery-event';

/** @throws ConfigurationError without a key to sign with */
export const proofOf = (environment: Environment, messageId: string): string => sign(environment, PURPOSE, messageId);

/** Checked in constant time. @throws ConfigurationError without a key to sign with */
export const isProofOf = (environment: Environment, messageId: string, proof: unknown): boolean =>
  isSigned(environment, PURPOSE, messageId, proof);
