/** Protected by a token of its own, and answers in words of ours without one. */
const PROBE = '/features/callback-and-voicemail-with-email/email/run-outbox';

/**
 * Asks a deployment whether our code answers: a request without its token is refused in words of ours, which neither
 * Twilio's gateway nor another program uses.
 * @param baseUrl `https://<domain>`
 * @returns why it does not; undefined when it does
 */
export async function healthProblem(baseUrl: string, fetchUrl: typeof fetch = fetch): Promise<string | undefined> {
  try {
    const answer = await fetchUrl(`${baseUrl}${PROBE}`, { method: 'POST', signal: AbortSignal.timeout(10_000) });
    const body: unknown = await answer.json().catch(() => undefined);
    const code = (body as { code?: unknown } | undefined)?.code;
    if ((answer.status === 401 || answer.status === 403) && typeof code === 'string') return undefined;
    return `it answered ${answer.status}`;
  } catch {
    return 'it did not answer';
  }
}
