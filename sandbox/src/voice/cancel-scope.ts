/** Why a document, a prompt or a wait was cut short. */
export type StopReason = 'hangup' | 'redirected' | 'answered' | 'released' | 'key' | 'closed';

/** Thrown by pending work when its scope is stopped. */
export class Interrupted extends Error {
  constructor(readonly reason: StopReason) {
    super(`interrupted: ${reason}`);
  }
}

/**
 * Work that can be canceled from outside: the caller hangs up, a REST update replaces the TwiML, a key is pressed. All
 * waiting in the voice engine goes through a scope, so that a stopped document has no further effect.
 */
export class CancelScope {
  #reason: StopReason | null = null;
  readonly #listeners = new Set<(reason: StopReason) => void>();

  get reason(): StopReason | null {
    return this.#reason;
  }

  /** Stops it and everything under it, once; later reasons do not count. */
  stop(reason: StopReason): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    for (const listener of [...this.#listeners]) listener(reason);
    this.#listeners.clear();
  }

  /** Calls back when stopped (at once if it is already); returns a function that forgets the listener. */
  onStop(listener: (reason: StopReason) => void): () => void {
    if (this.#reason !== null) {
      listener(this.#reason);
      return () => undefined;
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** @throws Interrupted when it was stopped. */
  throwIfStopped(): void {
    if (this.#reason !== null) throw new Interrupted(this.#reason);
  }

  /** Runs `work` with a child scope, which stops with this one but can also be stopped alone. */
  async withChild<T>(work: (child: CancelScope) => Promise<T>): Promise<T> {
    const child = new CancelScope();
    const forget = this.onStop((reason) => child.stop(reason));
    try {
      return await work(child);
    } finally {
      forget();
    }
  }

  /** The promise's result, or Interrupted as soon as this scope is stopped. A late result is dropped. */
  async race<T>(promise: Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const forget = this.onStop((reason) => reject(new Interrupted(reason)));
      promise.then(
        (value) => {
          forget();
          resolve(value);
        },
        (error: unknown) => {
          forget();
          reject(error);
        },
      );
    });
  }

  /** Waits that many milliseconds. @throws Interrupted */
  async sleep(ms: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => {
        forget();
        resolve();
      }, ms);
      const forget = this.onStop((reason) => {
        clearTimeout(timer);
        reject(new Interrupted(reason));
      });
    });
  }

  /** Never returns. @throws Interrupted */
  async untilStopped(): Promise<never> {
    return new Promise<never>((_resolve, reject) => {
      this.onStop((reason) => reject(new Interrupted(reason)));
    });
  }
}
