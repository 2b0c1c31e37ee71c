/** Protected by a token of its own, and answers in words of ours without one. */
const PROBE = '/features/callback-and-voicemail-with-email/email/run-outbox';

/** What is asked of a deployment. @param domain of the Functions */
export const probeUrl = (domain: string): string => `https://${domain}${PROBE}`;

/**
 * Asks a deployment whether our code answers: a request without its token is refused in words of ours, which neither
 * Twilio's gateway nor another program uses.
 * @param url `probeUrl`, or where that is reached
 * @returns why it does not; undefined when it does
 */
export async function healthProblem(url: string, fetchUrl: typeof fetch = fetch): Promise<string | undefined> {
  try {
    const answer = await fetchUrl(url, { method: 'POST', signal: AbortSignal.timeout(10_000) });
    const body: unknown = await answer.json().catch(() => undefined);
    const code = (body as { code?: unknown } | undefined)?.code;
    if ((answer.status === 401 || answer.status === 403) && typeof code === 'string') return undefined;
    return `it answered ${answer.status}`;
  } catch {
    return 'it did not answer';
  }
}
