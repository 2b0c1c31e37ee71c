import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type {
  EmailDeliveryResponse,
  EmailHistoryResponse,
  EmailSettingsResponse,
  VoicemailCard,
} from '@callback-and-voicemail/contract';
import type { MailEvent } from '../../sandbox/src/mail/mailgun-events';
import { createMailgunWebhooks, type MailgunWebhooks, signWebhook } from '../../sandbox/src/mail/mailgun-webhooks';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';

const SIGNING_KEY = 'signing-key-of-mailgun-0123456789abcdef';
const TOKEN = 'token-of-the-sendgrid-webhook-0123456789';
const PAGE = 'email/events/mailgun';
const [ANA, FULL, BOSS] = ['ana@example.com', 'mailbox-full@example.com', 'boss@example.com'];

let webhooks: MailgunWebhooks | undefined;
afterEach(async () => {
  webhooks?.close();
  await closeHarnesses();
});

interface Options {
  addresses?: string[];
  fallback?: string;
  /** Over the usual variables. */
  environment?: Record<string, string>;
  /** Sends webhooks by itself. */
  automatic?: boolean;
}

async function open({ addresses = [ANA!], fallback, environment, automatic = false }: Options = {}) {
  const harness = await openHarness({
    environment: {
      MAILGUN_WEBHOOK_SIGNING_KEY: SIGNING_KEY,
      SENDGRID_WEBHOOK_TOKEN: TOKEN,
      ...environment,
    },
    settings: {
      recipients: addresses.map((address) => ({ address })),
      ...(fallback === undefined ? {} : { fallback_recipient: { address: fallback } }),
    },
  });
  if (automatic) {
    webhooks = createMailgunWebhooks({
      signingKey: SIGNING_KEY,
      post: async (body) => (await harness.startJson(PAGE, body)).status,
    });
    harness.mailgun.webhooks = webhooks;
  }
  const caller = await harness.leaveVoicemail();
  await harness.advance(60_000);
  const id = `voicemail-${caller.sid}-1`;
  // The provider is not asked: what is known then was reported.
  harness.injectFault({ host: 'api.mailgun.net', method: 'GET', kind: 'status', status: 403 });
  return { harness, id, caller };
}

/** An event as Mailgun has it. */
const mailgunEvent = (id: string, event: string, more: object = {}): MailEvent =>
  ({
    event,
    id: 'x',
    timestamp: Date.now() / 1_000,
    recipient: ANA,
    message: { headers: { 'message-id': `${id}@mg.example.com` } },
    ...more,
  }) as never;
const bounce = (enhanced: string, more: object = {}) => ({
  severity: 'permanent',
  reason: 'bounce',
  'delivery-status': { code: 550, 'enhanced-code': enhanced, message: `${enhanced} no` },
  ...more,
});
const report = (harness: Harness, event: MailEvent) => harness.postJson(PAGE, signWebhook(SIGNING_KEY, event));

let supervisors = 0;
/** Another supervisor each time. */
const signIn = (harness: Harness) => harness.signIn(`sue-${++supervisors}`, ['supervisor'], 'Offline').token;
async function asSue<T>(harness: Harness, page: string, params: Record<string, string> = {}): Promise<T> {
  return (await (await harness.postFlex(page, signIn(harness), params)).json()) as T;
}
const deliveries = (harness: Harness, id: string) =>
  asSue<EmailDeliveryResponse>(harness, 'email-delivery', { Voicemails: id });

test('a bounce is on the card, in the history, on the list and in the mark a second later', async () => {
  const { harness, id } = await open({ addresses: [ANA!, FULL!], automatic: true });
  expect(webhooks!.sent.map(({ statuses }) => statuses)).toEqual([[200], [200]]);
  const bounced = [{ address: FULL, reason: 'mailbox-full' }];
  const answer = await deliveries(harness, id);
  expect(answer).toMatchObject({
    deliveries: { [id]: { delivered: 1, bounced } },
    // The red mark counts these.
    bounced: [{ voicemail_id: id, kind: 'email-bounced', queue: 'Support', bounced }],
    complete: true,
  });
  const history = await asSue<EmailHistoryResponse>(harness, 'email-history');
  expect(history.items[0]!.email).toMatchObject({ state: 'sent', delivery: { delivered: 1, bounced } });
  const sam = harness.signIn('sam');
  await harness.advance(1_000);
  const [task] = harness.productTasks();
  harness.accept(sam, task!.sid);
  const card = (await (await harness.postFlex('voicemail', sam.token, { TaskSid: task!.sid })).json()) as VoicemailCard;
  expect(card.email).toMatchObject({ state: 'sent', delivered: 1, bounced: 1, bounceProblem: 'mailbox-full' });
});

test('reports may come in any order, and twice', async () => {
  const { harness, id } = await open();
  const at = Date.now() / 1_000;
  const delivered = mailgunEvent(id, 'delivered', { timestamp: at - 1 });
  const deferred = mailgunEvent(id, 'failed', { severity: 'temporary', timestamp: at - 5 });
  for (const event of [delivered, deferred, delivered, deferred])
    expect((await report(harness, event)).status).toBe(200);
  expect((await deliveries(harness, id)).deliveries[id]).toEqual({ delivered: 1, bounced: [] });
  await report(harness, mailgunEvent(id, 'complained'));
  await report(harness, delivered);
  expect(await deliveries(harness, id)).toMatchObject({
    deliveries: { [id]: { delivered: 1, bounced: [], complained: [ANA] } },
    bounced: [{ kind: 'email-complained', complained: [ANA] }],
  });
});

test('a mail that was put off says so until it is delivered', async () => {
  const { harness, id } = await open();
  const answer = { message: `450 4.7.1 <${ANA}> greylisted\r\n\u202esee key-0123456789` };
  await report(harness, mailgunEvent(id, 'failed', { severity: 'temporary', 'delivery-status': answer }));
  expect((await deliveries(harness, id)).deliveries[id]).toEqual({
    ...{ delivered: 0, bounced: [], deferred: 1 },
    deferrals: [{ address: ANA, words: '450 4.7.1 … greylisted see …' }],
  });
  await report(harness, mailgunEvent(id, 'delivered'));
  expect((await deliveries(harness, id)).deliveries[id]).toEqual({ delivered: 1, bounced: [] });
});

test('a signature is refused that is wrong, too old, ahead, of another key, or used before', async () => {
  const { harness, id } = await open();
  const event = mailgunEvent(id, 'failed', bounce('5.1.1'));
  const now = signWebhook(SIGNING_KEY, event);
  const { timestamp, token } = now.signature;
  const wrong = [
    { ...now, signature: { ...now.signature, token: `${token}0` } },
    { ...now, signature: { ...now.signature, timestamp: String(Number(timestamp) + 1) } },
    { ...now, signature: undefined },
    { 'event-data': event },
    signWebhook(`${SIGNING_KEY}x`, event),
  ];
  for (const body of wrong) expect((await harness.postJson(PAGE, body)).status).toBe(406);
  await harness.advance(12 * 60 * 60_000 + 60_000);
  expect((await harness.postJson(PAGE, now)).status).toBe(406);
  expect((await deliveries(harness, id)).deliveries).toEqual({});
  const fresh = signWebhook(SIGNING_KEY, mailgunEvent(id, 'delivered'));
  expect((await harness.postJson(PAGE, fresh)).status).toBe(200);
  // The signature says nothing of the event, so a token that was seen must not carry another one.
  expect((await harness.postJson(PAGE, { ...fresh, 'event-data': event })).status).toBe(406);
  expect((await deliveries(harness, id)).deliveries[id]).toEqual({ delivered: 1, bounced: [] });
});

test('while the key is replaced, both are taken', async () => {
  const other = 'another-signing-key-0123456789abcdefgh';
  const { harness, id } = await open({ environment: { MAILGUN_WEBHOOK_SIGNING_KEY: `${other}, ${SIGNING_KEY}` } });
  for (const key of [other, SIGNING_KEY])
    expect((await harness.postJson(PAGE, signWebhook(key, mailgunEvent(id, 'delivered')))).status).toBe(200);
  await harness.redeploy({ MAILGUN_WEBHOOK_SIGNING_KEY: other });
  expect((await report(harness, mailgunEvent(id, 'delivered'))).status).toBe(406);
});

test('reports of mails that are not ours are answered, and nothing is kept of them', async () => {
  const { harness, id } = await open();
  const documents = () =>
    harness.world.requests.filter(({ method, host }) => method === 'POST' && /sync/.test(host)).length;
  const before = documents();
  const events = [
    mailgunEvent(`voicemail-CA${'0'.repeat(32)}-1`, 'delivered'),
    { ...mailgunEvent(id, 'delivered'), message: { headers: { 'message-id': `${id}@elsewhere.org` } } },
    { ...mailgunEvent(id, 'delivered'), message: { headers: { 'message-id': 'x@mg.example.com' } } },
    mailgunEvent(id, 'opened'),
    mailgunEvent(id, 'delivered', { recipient: 'not an address' }),
  ];
  for (const event of events) expect((await report(harness, event as MailEvent)).status).toBe(200);
  expect(documents()).toBe(before);
});

test('while Sync is down the webhook is repeated, and its token is taken again', async () => {
  const { harness, id } = await open({ addresses: [FULL!] });
  webhooks = createMailgunWebhooks({
    signingKey: SIGNING_KEY,
    post: async (body) => (await harness.startJson(PAGE, body)).status,
  });
  const documents = /\/Documents\/voicemail-/;
  const repair = harness.injectFault({
    host: 'sync.twilio.com',
    method: 'POST',
    path: documents,
    kind: 'status',
    status: 503,
  });
  webhooks.report(mailgunEvent(id, 'failed', { ...bounce('5.2.2'), recipient: FULL }));
  await harness.advance(60_000);
  expect(webhooks.sent[0]!.statuses).toEqual([500]);
  repair();
  await harness.advance(5 * 60_000);
  expect(webhooks.sent[0]!.statuses).toEqual([500, 200]);
  expect((await deliveries(harness, id)).deliveries[id]).toMatchObject({ bounced: [{ reason: 'mailbox-full' }] });
});

test('without its key the webhook is to be repeated, so that nothing is lost until it is set', async () => {
  const { harness, id } = await open({ environment: { MAILGUN_WEBHOOK_SIGNING_KEY: '' } });
  const body = signWebhook(SIGNING_KEY, mailgunEvent(id, 'delivered'));
  expect((await harness.postJson(PAGE, body)).status).toBe(503);
  await harness.redeploy({ MAILGUN_WEBHOOK_SIGNING_KEY: SIGNING_KEY });
  expect((await harness.postJson(PAGE, body)).status).toBe(200);
});

test('supervisors see at which addresses mails bounce, until one arrives', async () => {
  const { harness, id } = await open({ addresses: [ANA!, FULL!] });
  const bouncing = async () => (await asSue<EmailSettingsResponse>(harness, 'email-settings')).bouncing;
  expect(await bouncing()).toEqual([]);
  await report(harness, mailgunEvent(id, 'failed', bounce('5.1.1')));
  // That one mailbox is full is not for them to correct.
  await report(harness, mailgunEvent(id, 'failed', bounce('5.2.2', { recipient: FULL })));
  expect(await bouncing()).toEqual([{ address: ANA, reason: 'no-such-address', at: expect.any(String) }]);
  const second = `voicemail-${(await harness.leaveVoicemail({ from: '+12025550177' })).sid}-1`;
  await harness.advance(60_000);
  await report(harness, mailgunEvent(second, 'delivered'));
  expect(await bouncing()).toEqual([]);
});

describe('the fall-back recipient', () => {
  const recipientsOf = async (harness: Harness) => (await harness.mails()).map(({ to }) => to.join());

  test('gets the mail once when it bounced for all others, and is told why', async () => {
    const { harness, id } = await open({ addresses: [ANA!, FULL!], fallback: BOSS });
    const before = (await harness.mails()).length;
    await report(harness, mailgunEvent(id, 'failed', bounce('5.1.1')));
    await harness.runOutboxSweep();
    expect(await harness.mails()).toHaveLength(before);
    await report(harness, mailgunEvent(id, 'failed', bounce('5.2.2', { recipient: FULL })));
    await harness.runOutboxSweep();
    const mails = await harness.mails();
    expect(mails).toHaveLength(before + 1);
    expect((await recipientsOf(harness)).filter((to) => to === BOSS)).toHaveLength(1);
    const mail = mails.find(({ to }) => to.includes(BOSS!))!;
    expect(mail.text).toMatch(/fall-back recipient.*ana@example\.com.*no such address.*mailbox full/s);
    // It bounces as well: nobody else gets it.
    await report(harness, mailgunEvent(id, 'failed', bounce('5.1.1', { recipient: BOSS })));
    await harness.advance(60 * 60_000);
    await harness.runOutboxSweep();
    expect(await harness.mails()).toHaveLength(before + 1);
    expect((await deliveries(harness, id)).bounced[0]!.bounced).toHaveLength(3);
  });

  test('gets nothing while one recipient has the mail', async () => {
    const { harness, id } = await open({ addresses: [ANA!, FULL!], fallback: BOSS });
    await report(harness, mailgunEvent(id, 'delivered'));
    await report(harness, mailgunEvent(id, 'failed', bounce('5.2.2', { recipient: FULL })));
    await harness.runOutboxSweep();
    expect(await recipientsOf(harness)).not.toContain(BOSS);
  });

  test('must be of an allowed domain', async () => {
    const { harness, id } = await open({ fallback: 'boss@elsewhere.org' });
    await report(harness, mailgunEvent(id, 'failed', bounce('5.1.1')));
    await harness.runOutboxSweep();
    expect(await recipientsOf(harness)).not.toContain('boss@elsewhere.org');
  });
});

describe('of SendGrid', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const verificationKey = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const page = `email/events/sendgrid?token=${TOKEN}`;
  /** As SendGrid has it, with what a mail of ours gave it. */
  const sendGridEvent = (id: string, event: string, more: object = {}) => ({
    ...{ email: ANA, event, timestamp: Math.floor(Date.now() / 1_000), 'smtp-id': `<${id}@mg.example.com>` },
    ...{ sg_event_id: 'x', message_id: `${id}@mg.example.com` },
    ...more,
  });
  const proofFor = (harness: Harness, id: string) =>
    createHmac('sha256', harness.world.account.authToken)
      .update(`delivery-event ${id}@mg.example.com`)
      .digest()
      .subarray(0, 16)
      .toString('base64url');
  const signed = (body: string, seconds = Math.floor(Date.now() / 1_000)) => ({
    'x-twilio-email-event-webhook-timestamp': String(seconds),
    'x-twilio-email-event-webhook-signature': sign('sha256', Buffer.from(`${seconds}${body}`), privateKey).toString(
      'base64',
    ),
  });

  test('a request without our token is refused, and an event without its proof is left out', async () => {
    const { harness, id } = await open();
    const proof = proofFor(harness, id);
    const bounced = sendGridEvent(id, 'bounce', { status: '5.1.1', reason: '550 5.1.1 no' });
    for (const other of ['email/events/sendgrid', `email/events/sendgrid?token=${TOKEN}x`])
      expect((await harness.postJson(other, [{ ...bounced, proof }])).status).toBe(403);
    for (const forged of [bounced, { ...bounced, proof: `${proof.slice(1)}A` }, { ...bounced, proof: [proof] }])
      expect((await harness.postJson(page, [forged])).status).toBe(200);
    expect((await deliveries(harness, id)).deliveries).toEqual({});
  });

  test('many events come at once, in any order', async () => {
    const { harness, id } = await open({ addresses: [ANA!, BOSS!] });
    const proof = proofFor(harness, id);
    const events = [
      sendGridEvent(id, 'delivered', { proof, email: BOSS }),
      sendGridEvent(id, 'bounce', { proof, type: 'blocked', reason: '552 5.2.2 over quota' }),
      sendGridEvent(id, 'deferred', { proof }),
      sendGridEvent(id, 'open', { proof }),
      sendGridEvent('someone-else', 'bounce'),
    ];
    for (const list of [events, [...events].reverse()]) expect((await harness.postJson(page, list)).status).toBe(200);
    expect((await deliveries(harness, id)).deliveries[id]).toEqual({
      delivered: 1,
      bounced: [{ address: ANA, reason: 'mailbox-full', words: '552 5.2.2 over quota' }],
    });
  });

  test('a request that SendGrid signed needs no proof; an altered, old or foreign one does', async () => {
    const { harness, id } = await open({ environment: { SENDGRID_WEBHOOK_PUBLIC_KEY: verificationKey } });
    const body = `${JSON.stringify([sendGridEvent(id, 'dropped', { reason: 'Bounced Address' })])}\r\n`;
    const yesterday = Math.floor(Date.now() / 1_000) - 26 * 3_600;
    for (const headers of [{}, signed(`${body} `), signed(body, yesterday)])
      expect((await harness.postJson(page, body, headers)).status).toBe(200);
    expect((await deliveries(harness, id)).deliveries).toEqual({});
    expect((await harness.postJson(page, body, signed(body))).status).toBe(200);
    expect((await deliveries(harness, id)).deliveries[id]).toEqual({
      delivered: 0,
      bounced: [{ address: ANA, reason: 'suppressed' }],
    });
  });
});

test('hostile webhooks are never an error of ours', async () => {
  const { harness, id } = await open();
  const event = mailgunEvent(id, 'failed', bounce('5.1.1'));
  const signed = (data: unknown) => ({ ...signWebhook(SIGNING_KEY, event), 'event-data': data });
  const long = 'x'.repeat(40_000);
  const bodies = [
    ...[[], [[]], {}, { signature: [] }, { signature: { timestamp: {}, token: [], signature: {} } }],
    ...[
      { signature: { timestamp: 1e300, token: long, signature: long } },
      { request: null },
      { request: { headers: 1 } },
    ],
    ...[null, 1, 'x', [], {}, { message: null }, { message: { headers: 7 } }, { 'delivery-status': 'x' }].map(signed),
    signed({ ...event, timestamp: 'x', recipient: ANA, 'delivery-status': { message: long, code: {} } }),
    signed({ ...event, timestamp: -1 }),
    signed({ ...event, recipient: long }),
    signed({ ...event, message: { headers: { 'message-id': [long] } } }),
  ];
  for (const body of bodies) expect((await harness.postJson(PAGE, body)).status).toBeLessThan(500);
  for (const [page, query] of [
    [PAGE, ''],
    ['email/events/sendgrid', `?token=${TOKEN}`],
  ])
    for (const body of ['[1,2]', '[null]', '[[]]', '{"0":1}', '{"length":9}', '[{"event":"bounce"}]'])
      expect((await harness.postJson(`${page}${query}`, body)).status).toBeLessThan(500);
});
