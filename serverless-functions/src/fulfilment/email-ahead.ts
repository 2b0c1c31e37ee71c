import type { EmailOutcome } from '../ledger/outcomes';
import { startEarly } from '../runtime/start-early';

/**
 * An email whose sending begins beside the claim, which saves a round. Its last bytes wait until the claim stands, and a
 * provider sends no mail of which it has not all: whoever lost the claim, or dies before it, has sent nothing.
 */
export class EmailAhead {
  private readonly outcome: Promise<EmailOutcome>;
  private release: (goes: boolean) => void = () => undefined;

  /** @param send begins at once; it must not complete the email before `release` says true */
  constructor(send: (release: Promise<boolean>) => Promise<EmailOutcome>) {
    const release = new Promise<boolean>((resolve) => {
      this.release = resolve;
    });
    this.outcome = startEarly(() => send(release));
  }

  /** For the holder of the claim: completes it. */
  complete(): Promise<EmailOutcome> {
    this.release(true);
    return this.outcome;
  }

  /** Ends it unsent, unless it is being completed. Never throws. */
  async stop(): Promise<void> {
    this.release(false);
    await this.outcome.catch(() => undefined);
  }
}
