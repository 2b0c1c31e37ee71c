import { accountKey, type Environment } from './environment';

/** Accounts a process serves: one on Twilio, several in tests. */
const MAX_ACCOUNTS = 100;

/**
 * What a process remembers between requests, for each account: a process may serve several in tests. Only for values
 * that are checked before use, or that only save a request, since any process may start without them.
 */
export class AccountCache<T> {
  private readonly values = new Map<string, T>();

  get(environment: Environment): T | undefined {
    return this.values.get(accountKey(environment));
  }

  set(environment: Environment, value: T): void {
    if (this.values.size >= MAX_ACCOUNTS) this.values.clear();
    this.values.set(accountKey(environment), value);
  }
}
