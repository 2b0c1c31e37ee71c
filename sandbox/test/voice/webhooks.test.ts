import { validateRequest } from 'twilio';
import type { WebhookInterceptor } from '../../src/voice/webhook';
import { type Scene, stage } from './stage-a-call';

let scene: Scene;
let intercept: WebhookInterceptor | undefined;
beforeEach(async () => {
  intercept = undefined;
  scene = await stage({
    webhooks: { intercept: (webhook, send) => (intercept ? intercept(webhook, send) : send()) },
  });
});
afterEach(() => scene.close());

/** Redirects a call to a path with that fragment. */
const redirectTo = async (path: string, fragment: string) => {
  scene.product.on('/voice', `<Redirect>${path}#${fragment}</Redirect>`);
  return scene.call();
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
    scene.product.on('/next', failing(1, 500));
    await redirectTo('/next', '');
    expect(scene.product.to('/next')).toHaveLength(1);
  });

  it.each([
    ['rc=2&rp=5xx', 503, 3],
    ['rc=2&rp=all', 503, 3],
    ['rp=5xx', 503, 2],
    ['rc=5&rp=ct,4xx', 503, 1],
    ['rc=5&rp=4xx', 404, 6],
    ['rc=0&rp=all', 500, 1],
  ])('follow #%s for a %d', async (fragment, status, requests) => {
    scene.product.on('/next', failing(9, status));
    await redirectTo('/next', fragment.replaceAll('&', '&amp;'));
    expect(scene.product.to('/next')).toHaveLength(requests);
  });

  it('carry the same idempotency token, another one for each webhook, and no fragment', async () => {
    scene.product.on('/next', failing(2, 500));
    const sid = await redirectTo('/next', 'rc=3&amp;rp=5xx');
    const requests = scene.product.requests.map(({ url, headers }) => [url, headers['i-twilio-idempotency-token']]);
    const [first, next] = [requests[0]![1], requests[1]![1]];
    expect(first).not.toBe(next);
    expect(next).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(requests.slice(1)).toEqual([
      ['/next', next],
      ['/next', next],
      ['/next', next],
    ]);
    expect(scene.heard(sid)).toEqual(['say:At last']);
    expect(scene.voice.webhooks.at(-1)).toMatchObject({ kind: 'redirect', attempts: 3, answer: { ok: true } });
    const [retry] = scene.product.to('/next').slice(-1);
    const signature = String(retry!.headers['x-twilio-signature']);
    expect(validateRequest(scene.world.account.authToken, signature, `${scene.product.url}/next`, retry!.form)).toBe(
      true,
    );
  });

  it('give up after the read timeout, and repeat it only when told', async () => {
    scene.product.on('/next', () => new Promise<string>(() => undefined));
    const sid = await redirectTo('/next', 'rt=2000&amp;rc=2&amp;rp=rt');
    await scene.clock.advance(5999);
    expect(scene.product.to('/next')).toHaveLength(3);
    expect(scene.heard(sid)).toEqual([]);
    await scene.clock.advance(1);
    expect(scene.heard(sid)).toHaveLength(1);
    expect(scene.told('error').join('\n')).toContain('no answer within 2000 ms');
  });

  it('end with the total time', async () => {
    scene.product.on('/next', () => new Promise<string>(() => undefined));
    const sid = await redirectTo('/next', 'rt=2000&amp;tt=3000&amp;rc=5&amp;rp=all');
    await scene.clock.advance(3000);
    expect(scene.product.to('/next')).toHaveLength(2);
    expect(scene.heard(sid)).toHaveLength(1);
  });

  it('wait 15 s for an answer by default', async () => {
    scene.product.on('/voice', () => new Promise<string>(() => undefined));
    const sid = await scene.call();
    await scene.clock.advance(14_999);
    expect(scene.heard(sid)).toEqual([]);
    await scene.clock.advance(1);
    expect(scene.heard(sid)).toHaveLength(1);
  });

  it('repeat a connection that fails, once', async () => {
    scene.product.on('/voice', '<Redirect>http://127.0.0.1:9/none</Redirect>');
    await scene.call();
    expect(scene.voice.webhooks.at(-1)).toMatchObject({ attempts: 2, answer: { ok: false, code: 11205 } });
  });

  it('warn of overrides that are none, and go by the defaults', async () => {
    scene.product.on('/next', failing(1, 500));
    await redirectTo('/next', 'rc=9&amp;rp=sometimes');
    expect(scene.product.to('/next')).toHaveLength(1);
    expect(scene.told('warning').join()).toMatch(/rc=9 is not between 0 and 5.*rp=sometimes is no retry policy/);
  });
});

describe('HTTP redirects', () => {
  it.each([302, 303])('with %d become a GET without the parameters', async (status) => {
    scene.product.on('/voice', { status, headers: { location: '/moved?x=1' } });
    scene.product.on('/moved', '<Redirect>here</Redirect>');
    await scene.call();
    const [moved] = scene.product.to('/moved');
    expect(moved).toMatchObject({ method: 'GET', params: { x: '1' }, form: {} });
    const { authToken } = scene.world.account;
    const signature = String(moved!.headers['x-twilio-signature']);
    expect(validateRequest(authToken, signature, `${scene.product.url}/moved?x=1`, {})).toBe(true);
  });

  it('with 307 repeat the POST', async () => {
    scene.product.on('/voice', { status: 307, headers: { location: '/moved' } });
    scene.product.on('/moved', '<Hangup/>');
    const sid = await scene.call();
    expect(scene.product.to('/moved')).toMatchObject([{ method: 'POST', form: { CallSid: sid } }]);
  });

  it('do not go round for ever', async () => {
    scene.product.on('/voice', { status: 302, headers: { location: '/voice' } });
    await scene.call();
    expect(scene.told('error').join()).toContain('11215');
  });
});

describe('an interceptor', () => {
  beforeEach(() => {
    scene.product.on('/voice', '<Redirect>/next</Redirect>');
    scene.product.on('/next', '<Say>Next</Say>');
  });

  it('can repeat a delivery, with the same token', async () => {
    intercept = async (webhook, send) => {
      if (webhook.kind === 'redirect') await send();
      return send();
    };
    const sid = await scene.call();
    const tokens = scene.product.to('/next').map(({ headers }) => headers['i-twilio-idempotency-token']);
    expect(tokens).toHaveLength(2);
    expect(new Set(tokens).size).toBe(1);
    expect(scene.heard(sid)).toEqual(['say:Next']);
  });

  it('can delay and drop', async () => {
    intercept = async (webhook, send) => {
      if (webhook.kind !== 'redirect') return send();
      await new Promise((resolve) => setTimeout(resolve, 7000));
      return { ok: false, code: 11200, message: 'dropped' };
    };
    const sid = await scene.call();
    await scene.clock.advance(6999);
    expect(scene.heard(sid)).toEqual([]);
    await scene.clock.advance(1);
    expect(scene.product.to('/next')).toEqual([]);
    expect(scene.heard(sid)).toHaveLength(1);
  });
});

it('signs public URLs that loopback answers', async () => {
  const url = 'https://voicemail-1234-dev.twil.io';
  const origins = { [url]: scene.product.url };
  await scene.close();
  scene = await stage({ webhooks: { origins } });
  scene.product.on('/public', '<Say>Public</Say>');
  origins[url] = scene.product.url;
  scene.product.on('/voice', `<Redirect>${url}/public?a=b</Redirect>`);
  const sid = await scene.call();
  const [request] = scene.product.to('/public');
  expect(scene.heard(sid)).toEqual(['say:Public']);
  expect(request!.headers.host).toBe('voicemail-1234-dev.twil.io');
  expect(
    validateRequest(
      scene.world.account.authToken,
      String(request!.headers['x-twilio-signature']),
      `${url}/public?a=b`,
      request!.form,
    ),
  ).toBe(true);
});
