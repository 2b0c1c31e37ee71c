import type { MailProviderAnswer } from './snapshot';

const TIMEOUT_MS = 5_000;

/**
 * Asks the provider whether it takes the key, without sending anything.
 * @param variables of the Functions
 * @returns undefined where there is nobody to ask: SMTP, and Twilio's own
 * @throws when there is no answer
 */
export async function askMailProvider(
  variables: Readonly<Record<string, string>>,
  fetchUrl: typeof fetch = fetch,
): Promise<MailProviderAnswer | undefined> {
  const { MAILGUN_API_KEY: mailgunKey, MAILGUN_DOMAIN: domain, SENDGRID_API_KEY: sendgridKey } = variables;
  if (mailgunKey !== undefined && domain !== undefined) {
    return { provider: 'mailgun', key: await askMailgun(fetchUrl, variables, mailgunKey, domain) };
  }
  if (sendgridKey !== undefined) {
    const base = variables.SENDGRID_API_BASE_URL ?? 'https://api.sendgrid.com';
    // Any key may ask for its own permissions (www.twilio.com/docs/sendgrid/api-reference/api-key-permissions).
    const status = await statusOf(fetchUrl, `${base}/v3/scopes`, { authorization: `Bearer ${sendgridKey}` });
    return { provider: 'sendgrid', key: status === 401 || status === 403 ? 'refused' : 'accepted' };
  }
  return undefined;
}

/**
 * A domain's sending key may send and read nothing, so it is asked to send a message without a sender: 400 says that the
 * key may, and nothing is sent (documentation.mailgun.com/docs/mailgun/api-reference/send/mailgun/messages).
 */
async function askMailgun(
  fetchUrl: typeof fetch,
  { MAILGUN_API_BASE_URL: base = 'https://api.mailgun.net' }: Readonly<Record<string, string>>,
  key: string,
  domain: string,
): Promise<MailProviderAnswer['key']> {
  const headers = { authorization: `Basic ${Buffer.from(`api:${key}`).toString('base64')}` };
  const path = encodeURIComponent(domain);
  const sending = await statusOf(fetchUrl, `${base}/v3/${path}/messages`, headers, new URLSearchParams());
  if (sending === 401 || sending === 403) return 'refused';
  if (sending === 404) return 'domain-unknown';
  const reading = await statusOf(fetchUrl, `${base}/v3/domains/${path}`, headers);
  return reading === 401 || reading === 403 ? 'sending-only' : 'accepted';
}

async function statusOf(
  fetchUrl: typeof fetch,
  url: string,
  headers: Record<string, string>,
  body?: URLSearchParams,
): Promise<number> {
  const method = body === undefined ? 'GET' : 'POST';
  const { status } = await fetchUrl(url, { method, headers, body, signal: AbortSignal.timeout(TIMEOUT_MS) });
  return status;
}
