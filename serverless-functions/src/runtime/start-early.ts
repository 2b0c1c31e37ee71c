/** Starts what is awaited later, or never: a failure, also one at once, is thrown where the result is awaited. */
export function startEarly<T>(work: () => Promise<T>): Promise<T> {
  const started = (async () => work())();
  started.catch(() => undefined);
  return started;
}
