/**
 * Runs `work`, and once more when it throws.
 * @param onError called with each error, for the log
 * @returns undefined when both attempts failed
 */
export async function tryTwice<T>(
  work: (attempt: 1 | 2) => Promise<T>,
  onError: (error: unknown, attempt: 1 | 2) => void,
): Promise<T | undefined> {
  for (const attempt of [1, 2] as const) {
    try {
      return await work(attempt);
    } catch (error) {
      onError(error, attempt);
    }
  }
  return undefined;
}
