/** What can go wrong with one try: no connection, no answer in time, or a bad status. */
export type FailureClass = 'ct' | 'rt' | '4xx' | '5xx';

/** How Twilio connects to one webhook; times in milliseconds. */
export interface ConnectionOverrides {
  connectMs: number;
  readMs: number;
  totalMs: number;
  retries: number;
  retryOn: ReadonlySet<FailureClass>;
}

const ALL: readonly FailureClass[] = ['ct', 'rt', '4xx', '5xx'];

/**
 * Reads the overrides in a URL's fragment, e.g. `#rc=3&rp=5xx,ct&tt=10000`, with the limits and defaults of
 * twilio.com/docs/usage/webhooks/webhooks-connection-overrides. What is malformed or out of range is named in
 * `problems` (Twilio's errors 11243 and neighbours) and its default applies.
 */
export function parseConnectionOverrides(url: string): ConnectionOverrides & { problems: string[] } {
  const hash = url.indexOf('#');
  const given = new URLSearchParams(hash < 0 ? '' : url.slice(hash + 1));
  const problems: string[] = [];
  const number = (name: string, min: number, max: number, byDefault: number): number => {
    const value = given.get(name);
    if (value === null) return byDefault;
    if (/^\d+$/.test(value) && Number(value) >= min && Number(value) <= max) return Number(value);
    problems.push(`${name}=${value} is not between ${min} and ${max}`);
    return byDefault;
  };
  const connectMs = number('ct', 100, 10_000, 5_000);
  const readMs = number('rt', 100, 15_000, 15_000);
  const totalMs = number('tt', 100, 15_000, 15_000);
  const retries = number('rc', 0, 5, 1);
  const policy = given.get('rp') ?? 'ct';
  const retryOn = new Set<FailureClass>();
  for (const word of policy.split(',')) {
    if (word === 'all') for (const one of ALL) retryOn.add(one);
    else if (ALL.includes(word as FailureClass)) retryOn.add(word as FailureClass);
    else problems.push(`rp=${word} is no retry policy (11243)`);
  }
  return { connectMs, readMs, totalMs, retries, retryOn, problems };
}

/** The URL as it travels and is signed: a fragment never leaves Twilio. */
export function stripFragment(url: string): string {
  const hash = url.indexOf('#');
  return hash < 0 ? url : url.slice(0, hash);
}
