import { setMaxListeners } from 'node:events';

/**
 * Twilio ends a Function at 10 s and nothing runs after it has answered, so each invocation has one deadline, handed
 * as an AbortSignal to every call it makes. 8.5 s leaves room for the answer itself and a cold start.
 */
const INVOCATION_BUDGET_MS = 8_500;

/** Each parallel request listens to the deadline, so more than ten listeners are not a leak. */
const MAX_CALLS_AT_ONCE = 100;

export class Deadline {
  readonly signal: AbortSignal;
  private readonly endsAt: number;
  private readonly controller = new AbortController();
  private readonly timer: ReturnType<typeof setTimeout>;

  constructor(budgetMs: number = INVOCATION_BUDGET_MS) {
    this.endsAt = Date.now() + budgetMs;
    this.signal = this.controller.signal;
    setMaxListeners(MAX_CALLS_AT_ONCE, this.signal);
    this.timer = setTimeout(() => this.controller.abort(new Error('deadline')), budgetMs);
  }

  /** Milliseconds left; never negative. */
  remaining(): number {
    return Math.max(0, this.endsAt - Date.now());
  }

  /** Ends everything still under way; called when the Function answers. */
  end(): void {
    clearTimeout(this.timer);
    this.controller.abort(new Error('answered'));
  }

  /** Waits, at most until the deadline. */
  async pause(ms: number): Promise<void> {
    await this.within(ms, () => new Promise<never>(() => undefined)).catch(() => undefined);
  }

  /**
   * Runs `work` with a signal that aborts after `ms` or at the deadline, whichever is first.
   * @throws what `work` throws; the signal's reason when it is aborted and `work` does not notice
   */
  async within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    const abort = () => controller.abort(this.signal.reason);
    const timer = setTimeout(() => controller.abort(new Error('timeout')), Math.min(ms, this.remaining()));
    if (this.signal.aborted) abort();
    else this.signal.addEventListener('abort', abort, { once: true });
    try {
      return await raceWithAbort(work(controller.signal), controller.signal);
    } finally {
      clearTimeout(timer);
      this.signal.removeEventListener('abort', abort);
    }
  }
}

/** Settles as `promise` does, or rejects with the signal's reason as soon as it aborts. */
function raceWithAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
