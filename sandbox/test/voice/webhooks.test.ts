import { validateRequest } from 'twilio';
import type { WebhookInterceptor } from '../../src/voice/webhook';
import { createVoiceHarness, type VoiceHarness } from './voice-harness';

let harness: VoiceHarness;
let intercept: WebhookInterceptor | undefined;
beforeEach(async () => {
  intercept = undefined;
  harness = await createVoiceHarness({
    webhooks: { intercept: (webhook, send) => (intercept ? intercept(webhook, send) : send()) },
  });
});
afterEach(() => harness.close());

/** Redirects a call to a path with that fragment. */
const redirectTo = async (path: string, fragment: string) => {
  harness.product.on('/voice', `<Redirect>${path}#${fragment}</Redirect>`);
  return harness.call();
};
/** Answers that many errors, then TwiML. */
const failing = (times: number, status: number) => {
  let left = times;
  return () => {
    left -= 1;
    return left >= 0 ? { status } : '<Say>At last</Say>';
  };
};

describe('retries', () => {
  it('do not repeat a bad status by default', async () => {
    harness.product.on('/next', failing(1, 500));
    await redirectTo('/next', '');
    expect(harness.product.to('/next')).toHaveLength(1);
  });

  it.each([
    ['rc=2&rp=5xx', 503, 3],
    ['rc=2&rp=all', 503, 3],
    ['rp=5xx', 503, 2],
    ['rc=5&rp=ct,4xx', 503, 1],
    ['rc=5&rp=4xx', 404, 6],
    ['rc=0&rp=all', 500, 1],
  ])('follow #%s for a %d', async (fragment, status, requests) => {
    harness.product.on('/next', failing(9, status));
    await redirectTo('/next', fragment.replaceAll('&', '&amp;'));
    expect(harness.product.to('/next')).toHaveLength(requests);
  });

  it('carry the same idempotency token, another one for each webhook, and no fragment', async () => {
    harness.product.on('/next', failing(2, 500));
    const sid = await redirectTo('/next', 'rc=3&amp;rp=5xx');
    const requests = harness.product.requests.map(({ url, headers }) => [url, headers['i-twilio-idempotency-token']]);
    const [first, next] = [requests[0]![1], requests[1]![1]];
    expect(first).not.toBe(next);
    expect(next).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(requests.slice(1)).toEqual([
      ['/next', next],
      ['/next', next],
      ['/next', next],
    ]);
    expect(harness.heard(sid)).toEqual(['say:At last']);
    expect(harness.voice.webhooks.at(-1)).toMatchObject({ kind: 'redirect', attempts: 3, result: { ok: true } });
    const [retry] = harness.product.to('/next').slice(-1);
    const signature = String(retry!.headers['x-twilio-signature']);
    expect(
      validateRequest(harness.world.account.authToken, signature, `${harness.product.url}/next`, retry!.form),
    ).toBe(true);
  });

  it('give up after the read timeout, and retry only if the policy says so', async () => {
    harness.product.on('/next', () => new Promise<string>(() => undefined));
    const sid = await redirectTo('/next', 'rt=2000&amp;rc=2&amp;rp=rt');
    await harness.clock.advance(5999);
    expect(harness.product.to('/next')).toHaveLength(3);
    expect(harness.heard(sid)).toEqual([]);
    await harness.clock.advance(1);
    expect(harness.heard(sid)).toHaveLength(1);
    expect(harness.logged('error').join('\n')).toContain('no answer within 2000 ms');
  });

  it('end with the total time', async () => {
    harness.product.on('/next', () => new Promise<string>(() => undefined));
    const sid = await redirectTo('/next', 'rt=2000&amp;tt=3000&amp;rc=5&amp;rp=all');
    await harness.clock.advance(3000);
    expect(harness.product.to('/next')).toHaveLength(2);
    expect(harness.heard(sid)).toHaveLength(1);
  });

  it('wait 15 s for an answer by default', async () => {
    harness.product.on('/voice', () => new Promise<string>(() => undefined));
    const sid = await harness.call();
    await harness.clock.advance(14_999);
    expect(harness.heard(sid)).toEqual([]);
    await harness.clock.advance(1);
    expect(harness.heard(sid)).toHaveLength(1);
  });

  it('repeat a connection that fails, once', async () => {
    harness.product.on('/voice', '<Redirect>http://127.0.0.1:9/none</Redirect>');
    await harness.call();
    expect(harness.voice.webhooks.at(-1)).toMatchObject({ attempts: 2, result: { ok: false, code: 11205 } });
  });

  it('warn of overrides that are none, and go by the defaults', async () => {
    harness.product.on('/next', failing(1, 500));
    await redirectTo('/next', 'rc=9&amp;rp=sometimes');
    expect(harness.product.to('/next')).toHaveLength(1);
    expect(harness.logged('warning').join()).toMatch(/rc=9 is not between 0 and 5.*rp=sometimes is no retry policy/);
  });
});

describe('HTTP redirects', () => {
  it.each([302, 303])('with %d become a GET without the parameters', async (status) => {
    harness.product.on('/voice', { status, headers: { location: '/moved?x=1' } });
    harness.product.on('/moved', '<Redirect>here</Redirect>');
    await harness.call();
    const [moved] = harness.product.to('/moved');
    expect(moved).toMatchObject({ method: 'GET', params: { x: '1' }, form: {} });
    const { authToken } = harness.world.account;
    const signature = String(moved!.headers['x-twilio-signature']);
    expect(validateRequest(authToken, signature, `${harness.product.url}/moved?x=1`, {})).toBe(true);
  });

  it('with 307 repeat the POST', async () => {
    harness.product.on('/voice', { status: 307, headers: { location: '/moved' } });
    harness.product.on('/moved', '<Hangup/>');
    const sid = await harness.call();
    expect(harness.product.to('/moved')).toMatchObject([{ method: 'POST', form: { CallSid: sid } }]);
  });

  it('do not go round for ever', async () => {
    harness.product.on('/voice', { status: 302, headers: { location: '/voice' } });
    await harness.call();
    expect(harness.logged('error').join()).toContain('11215');
  });
});

describe('an interceptor', () => {
  beforeEach(() => {
    harness.product.on('/voice', '<Redirect>/next</Redirect>');
    harness.product.on('/next', '<Say>Next</Say>');
  });

  it('can repeat a delivery, with the same token', async () => {
    intercept = async (webhook, send) => {
      if (webhook.kind === 'redirect') await send();
      return send();
    };
    const sid = await harness.call();
    const tokens = harness.product.to('/next').map(({ headers }) => headers['i-twilio-idempotency-token']);
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(1);
    expect(harness.heard(sid)).toEqual(['say:Next']);
  });

  it('can delay and drop', async () => {
    intercept = async (webhook, send) => {
      if (webhook.kind !== 'redirect') return send();
      await new Promise((resolve) => setTimeout(resolve, 7000));
      return { ok: false, code: 11200, message: 'dropped' };
    };
    const sid = await harness.call();
    await harness.clock.advance(6999);
    expect(harness.heard(sid)).toEqual([]);
    await harness.clock.advance(1);
    expect(harness.product.to('/next')).toEqual([]);
    expect(harness.heard(sid)).toHaveLength(1);
  });
});

it('signs public URLs that loopback answers', async () => {
  const url = 'https://voicemail-1234-dev.twil.io';
  const origins = { [url]: harness.product.url };
  await harness.close();
  harness = await createVoiceHarness({ webhooks: { origins } });
  harness.product.on('/public', '<Say>Public</Say>');
  origins[url] = harness.product.url;
  harness.product.on('/voice', `<Redirect>${url}/public?a=b</Redirect>`);
  const sid = await harness.call();
  const [request] = harness.product.to('/public');
  expect(harness.heard(sid)).toEqual(['say:Public']);
  expect(request!.headers.host).toBe('voicemail-1234-dev.twil.io');
  expect(
    validateRequest(
      harness.world.account.authToken,
      String(request!.headers['x-twilio-signature']),
      `${url}/public?a=b`,
      request!.form,
    ),
  ).toBe(true);
});
