import type { AuditItem, AuditResponse } from '@callback-and-voicemail/contract';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import type { TestTwilio } from '../../sandbox/src/testing/test-twilio';
import { FEATURE, OUTBOX_TOKEN, PUBLIC_URL } from './deployed-product';
import type { HeldWebhook } from './webhook-delivery';

const FLEX_ORIGIN = 'https://flex.twilio.com';

/** Requests to the product's Functions, signed as Twilio signs them unless a test says otherwise. */
export function productRequests(twilio: TestTwilio) {
  const { world, clock } = twilio;
  const outboxHeaders = { authorization: `Bearer ${OUTBOX_TOKEN}` };
  /** Signs a request as Twilio does, or with another token. */
  const sign = (page: string, params: Record<string, string>, token: string = world.account.authToken): string =>
    getExpectedTwilioSignature(token, `${PUBLIC_URL}${FEATURE}/${page}`, params);
  const post = async (
    page: string,
    params: Record<string, string>,
    request: { signature?: string | null; headers?: Record<string, string> } = {},
  ): Promise<Response> => {
    const url = `${PUBLIC_URL}${FEATURE}/${page}`;
    const signature = request.signature === undefined ? sign(page, params) : request.signature;
    let answered = false;
    const { begun: startedAt } = world.activity;
    const answer = fetch(url.replace(PUBLIC_URL, twilio.gatewayUrl!), {
      method: 'POST',
      headers: { ...(signature === null ? {} : { 'x-twilio-signature': signature }), ...request.headers },
      body: new URLSearchParams(params),
    }).finally(() => {
      answered = true;
    });
    // Connecting takes real time: virtual time must not pass before the request arrives.
    while (!answered && world.activity.begun === startedAt) await new Promise((resolve) => setImmediate(resolve));
    // What waits for an answer that never comes waits in virtual time.
    await clock.runUntil(() => answered, 20_000);
    return answer;
  };
  const startJson = (page: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${twilio.gatewayUrl}${FEATURE}/${page}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    publicUrl: PUBLIC_URL,
    /** What others than Twilio send as JSON. In parallel: it ends as virtual time passes. */
    startJson,
    /** The same, until it is answered. */
    async postJson(page: string, body: unknown, headers?: Record<string, string>): Promise<Response> {
      let answered = false;
      const answer = startJson(page, body, headers).finally(() => {
        answered = true;
      });
      await clock.runUntil(() => answered, 20_000);
      return answer;
    },
    sign,
    post,
    /** A request in parallel to others: it ends as virtual time passes. */
    startPost: (page: string, params: Record<string, string>): Promise<Response> =>
      fetch(`${twilio.gatewayUrl}${FEATURE}/${page}`, {
        method: 'POST',
        headers: { 'x-twilio-signature': sign(page, params) },
        body: new URLSearchParams(params),
      }),
    /** An unsigned request for a path and query of the Functions. */
    get: async (pathAndQuery: string, headers: Record<string, string> = {}): Promise<Response> =>
      fetch(`${twilio.gatewayUrl}${pathAndQuery}`, { headers }),
    /** A form that a page of the product sends; what it is redirected to is not followed. */
    postForm: async (pathAndQuery: string, fields: Record<string, string>): Promise<Response> =>
      fetch(`${twilio.gatewayUrl}${pathAndQuery}`, {
        ...{ method: 'POST', redirect: 'manual' },
        body: new URLSearchParams(fields),
      }),
    /** What the plugin asks, from the page of Flex. */
    postFlex: (page: string, token: string | undefined, params: Record<string, string> = {}, origin = FLEX_ORIGIN) =>
      post(
        `flex/${page}`,
        { ...(token === undefined ? {} : { Token: token }), ...params },
        { signature: null, headers: { origin } },
      ),
    /** What people did, as a supervisor sees it. */
    async readAudit(by: { token: string }, params: Record<string, string> = {}): Promise<AuditItem[]> {
      const answer = await post('flex/audit', { Token: by.token, ...params }, { signature: null });
      return ((await answer.json()) as AuditResponse).items;
    },
    /** Delivers a webhook once more, as Twilio would: its parameters, freshly signed. */
    async redeliver({ url, params }: HeldWebhook): Promise<Response> {
      const target = new URL(url);
      return post(`${target.pathname.slice(FEATURE.length + 1)}${target.search}`, params);
    },
    runOutboxSweep: (): Promise<Response> => post('email/run-outbox', {}, { signature: null, headers: outboxHeaders }),
    /** The same in parallel: it ends as virtual time passes. */
    startOutboxSweep: (): Promise<Response> =>
      fetch(`${twilio.gatewayUrl}${FEATURE}/email/run-outbox`, { method: 'POST', headers: outboxHeaders }),
  };
}
