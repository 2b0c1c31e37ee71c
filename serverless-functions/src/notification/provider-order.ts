import type { EmailProviderName } from '@callback-and-voicemail/contract/email-providers';
import { type EmailProvider, EmailSendError } from '../email-providers/provider';
import { AccountCache } from '../runtime/account-cache';
import type { Environment } from '../runtime/environment';

/** How long a provider that failed comes after the others. */
const DOWN_MS = 60_000;

interface Failure {
  /** Milliseconds since 1970. */
  until: number;
  /** The provider asked to be left alone until then. */
  isBlocked: boolean;
  error: EmailSendError;
}

/** What this process has found out about the providers. Any process may start without it. */
const failures = new AccountCache<Map<EmailProviderName, Failure>>();

/** The order in which providers are tried: one that is down comes last, one that asked for a pause is not tried. */
export class ProviderOrder {
  private readonly failed: Map<EmailProviderName, Failure>;

  constructor(
    environment: Environment,
    private readonly configured: readonly EmailProvider[],
  ) {
    this.failed = failures.get(environment) ?? new Map();
    failures.set(environment, this.failed);
  }

  /** @returns first those that are not known to be down, in the order of the configuration */
  inOrder(now: number): EmailProvider[] {
    const isDown = ({ name }: EmailProvider) => (this.failed.get(name)?.until ?? 0) > now;
    return [...this.configured.filter((one) => !isDown(one)), ...this.configured.filter(isDown)];
  }

  /** Why a provider must not be tried now; undefined when it may. */
  blockedBy({ name }: EmailProvider, now: number): EmailSendError | undefined {
    const failure = this.failed.get(name);
    if (failure === undefined || !failure.isBlocked || failure.until <= now) return undefined;
    const { error, until } = failure;
    // Nothing is sent while it is blocked, whatever became of the mail that it answered so.
    const unsent = { ...error, deliveryUncertain: false, isIncomplete: false };
    return new EmailSendError(error.code, { ...unsent, retryAfterMs: until - now });
  }

  /** Notes what came of an attempt. @param error undefined: the provider took the message for somebody */
  note({ name }: EmailProvider, error: EmailSendError | undefined, now: number): void {
    if (error === undefined) this.failed.delete(name);
    // A recording that breaks off is no fault of the provider, nor is a recipient's server.
    else if (error.problem === 'recording-unavailable' || error.problem === 'recipient-later') return;
    else if (error.kind === 'retryable' || error.kind === 'misconfigured')
      this.failed.set(name, {
        until: now + (error.retryAfterMs ?? DOWN_MS),
        isBlocked: error.retryAfterMs !== undefined,
        error,
      });
  }
}
