import fc from 'fast-check';
import { signPage } from '../../serverless-functions/src/inbox/page-token';
import { listenUrl } from '../../serverless-functions/src/notification/listen-link';
import { pickUp } from '../support/confirmation';
import { closeHarnesses, type Harness, openHarness } from '../support/harness';
import { hostileJson, hostileName, hostileText, MARKED_ADDRESS, MARKED_NUMBER } from '../support/hostile-values';
import { isSoak, testSeed } from '../support/sampling';
import { storedValues } from '../support/stored-documents';
import type { HeldWebhook } from '../support/webhook-delivery';

/**
 * Every Function with valid requests in which some parameters are replaced by hostile ones, and every stored document
 * with some of its values replaced. Nothing may end in an error of the server's own. A run that fails names its input;
 * `--seed` repeats it.
 */
const REQUESTS_PER_LIFE = 250;
const LIVES = isSoak ? 150 : 6;
const DOCUMENTS_PER_LIFE = isSoak ? 500 : 100;
const DOCUMENT_LIVES = isSoak ? 25 : 5;
/** CPU of this process for one request, sandbox included; a quadratic pattern on 40,000 characters takes far more. */
const MAX_CPU_MS = 1_500;

afterEach(closeHarnesses);

interface BaseRequest {
  page: string;
  params: Record<string, string>;
  /** Flex's requests have a token instead of a signature. */
  isFlex: boolean;
}

/** A product in use: voicemails in each state, people signed in, settings saved, and what was asked of it meanwhile. */
async function openLivedIn(): Promise<{ harness: Harness; requests: BaseRequest[]; token: string }> {
  const harness = await openHarness({
    settings: { recipients: [{ address: 'admin@example.com' }] },
    environment: {
      UNVERIFIED_CALLERS: 'confirm',
      MAILGUN_WEBHOOK_SIGNING_KEY: 'm'.repeat(32),
      SENDGRID_WEBHOOK_TOKEN: 's'.repeat(32),
    },
  });
  harness.recordWebhooks(/studio\//);
  await harness.leaveVoicemail();
  await harness.leaveVoicemail();
  await harness.advance(60_000);
  const sam = harness.signIn('sam');
  await harness.advance(1_000);
  const TaskSid = harness.productTasks()[0]!.sid;
  harness.accept(sam, TaskSid);
  await harness.postFlex('confirm-caller', sam.token, { TaskSid });
  await pickUp(harness);
  await harness.advance(60_000);
  const { token: Token } = harness.signIn('sue', ['supervisor'], 'Offline');
  const Voicemail = (await harness.indexKeys()).map((key) => key.split('_')[1]!)[0] ?? '';
  const settings = await harness.postFlex('email-settings', Token, { Action: 'read' });
  const { settings: Settings, rules, revision } = (await settings.json()) as Record<string, object>;
  const link = new URL(
    listenUrl(
      harness.publicUrl,
      { values: { AUTH_TOKEN: harness.world.account.authToken }, problems: [] },
      {
        entryId: Voicemail,
        recordingSid: harness.recordings()[0]!.sid,
        address: 'admin@example.com',
        until: harness.clock.now() + 7 * 24 * 60 * 60_000,
        language: 'en-US',
      },
    ),
  ).searchParams.get('link')!;
  const pageToken = signPage(
    { values: { AUTH_TOKEN: harness.world.account.authToken }, problems: [] },
    link,
    harness.clock.now(),
  );
  const flex: Record<string, Record<string, string>[]> = {
    voicemail: [{ Token: sam.token, TaskSid }],
    'voicemail-audio': [{ Token: sam.token, TaskSid, Start: '0', Length: '1000', Purpose: 'download' }],
    'requeue-callback': [{ Token: sam.token, TaskSid, Voicemail }],
    'delete-voicemail': [{ Token, TaskSid, Voicemail }],
    'confirm-caller': [{ Token: sam.token, TaskSid, Voicemail }],
    'restore-task': [{ Token, Voicemail }],
    sweep: [{ Token }],
    'email-settings': [
      { Token, Action: 'read' },
      {
        ...{ Token, Action: 'save', Settings: JSON.stringify(Settings), Rules: JSON.stringify(rules) },
        Revision: String(revision),
      },
    ],
    'email-test': [{ Token, Address: 'admin@example.com', Settings: JSON.stringify(Settings) }],
    'email-preview': [{ Token, Settings: JSON.stringify(Settings) }],
    'email-history': [{ Token, Day: '2026-11-22', State: 'sent', Queue: 'Support', Caller: '4567', Cursor: '' }],
    'email-delivery': [{ Token, Voicemails: Voicemail }],
    'email-resend': [
      { Token, Voicemail },
      { Token, All: 'true' },
    ],
    'personal-data': ['find', 'export', 'erase'].map((Action) => ({
      Token,
      Action,
      Number: '+12025550199',
      Cursor: '',
    })),
    reconcile: [
      { Token, Action: 'run', From: '2026-11-20', To: '2026-11-22', Cursor: '' },
      { Token, Action: 'take-up', Voicemail, At: '2026-11-22T14:00:00Z' },
      { Token, Action: 'chain' },
    ],
    audit: [{ Token, From: '2026-11-01', To: '2026-11-30', Worker: 'sam', Act: 'listen', Format: 'csv', Cursor: '' }],
  };
  const requests: BaseRequest[] = [
    ...Object.entries(flex).flatMap(([page, all]) =>
      all.map((params) => ({ page: `flex/${page}`, params, isFlex: true })),
    ),
    ...harness.recordedWebhooks().map(toBaseRequest),
    {
      page: 'studio/create-callback',
      params: { CallSid: `CA${'b'.repeat(32)}`, numberToCall: '+12025550123', numberToCallFrom: '+12025550101' },
      isFlex: false,
    },
    ...['media/listen', 'media/listen-audio'].map((page) => ({
      page,
      params: { link, from: '0', purpose: 'download', request: '{}' },
      isFlex: true,
    })),
    ...['take', 'give-back', 'finish', 'remind', 'call'].map((act) => ({
      page: 'media/act',
      params: { link, page: pageToken, act, when: 'hour' },
      isFlex: true,
    })),
    { page: 'media/review-audio', params: { state: 'x' }, isFlex: true },
    { page: 'email/reconcile', params: { authorization: 'Bearer x', Action: 'run', From: '2026-11-22' }, isFlex: true },
    { page: 'email/events/mailgun', params: { signature: 'x', 'event-data': '{}' }, isFlex: true },
    { page: 'email/events/sendgrid', params: { token: 's'.repeat(32), 0: '{}', message_id: 'x' }, isFlex: true },
    { page: 'email/run-outbox', params: { authorization: 'Bearer x' }, isFlex: true },
  ];
  return { harness, requests, token: Token };
}

function toBaseRequest({ url, params }: HeldWebhook): BaseRequest {
  const { pathname, search } = new URL(url);
  return {
    page: `${pathname
      .split('/with-email/')
      .at(-1)!
      .replace(/^.*?(studio|media)/, '$1')}${search}`,
    params,
    isFlex: false,
  };
}

interface Change {
  /** Which request, of those there are. */
  request: number;
  /** Which of its parameters, and by what it is replaced. */
  replaced: [number, string][];
  added: [string, string][];
}
const change: fc.Arbitrary<Change> = fc.record({
  request: fc.nat(),
  replaced: fc.array(fc.tuple(fc.nat(), hostileText), { minLength: 0, maxLength: 3 }),
  added: fc.array(fc.tuple(hostileName, hostileText), { maxLength: 2 }),
});

function changed({ page, params, isFlex }: BaseRequest, { replaced, added }: Change): BaseRequest {
  const names = Object.keys(params);
  const result = { ...params };
  for (const [at, value] of replaced) if (names.length > 0) result[names[at % names.length]!] = value;
  return { page, isFlex, params: { ...result, ...Object.fromEntries(added.filter(([name]) => name !== '__proto__')) } };
}

async function send(harness: Harness, { page, params, isFlex }: BaseRequest) {
  const before = process.cpuUsage();
  const headers = { origin: 'https://flex.twilio.com' };
  const answer = isFlex
    ? await harness.post(page, params, { signature: null, headers })
    : await harness.post(page, params);
  const body = await answer.text();
  const { user, system } = process.cpuUsage(before);
  return { answer, body, cpuMs: (user + system) / 1_000 };
}

/** Sends it and says what is wrong with how it went. */
async function problemsOf(harness: Harness, request: BaseRequest): Promise<string[]> {
  const { answer, body, cpuMs } = await send(harness, request);
  const found: string[] = [];
  // 503 is an answer of the Functions' own: Twilio or the audit cannot be reached. Neither is the case here.
  if (answer.status >= 500) found.push(`status ${answer.status}: ${body.slice(0, 200)}`);
  if (/\bat .*:\d+:\d+|TypeError|ReferenceError/.test(body)) found.push(`a stack: ${body.slice(0, 200)}`);
  // Twilio's runtime refuses a wrong signature before it calls a Function.
  const isOurs = !body.includes('X-Twilio-Signature');
  if (isOurs && answer.headers.get('x-content-type-options') !== 'nosniff') found.push('no nosniff');
  if (({} as Record<string, unknown>).polluted !== undefined) found.push('the prototype of objects was changed');
  // A busy machine counts its own stalls as CPU time, once; a slow pattern takes as long each time.
  if (cpuMs > MAX_CPU_MS && (await isSlowAgain(harness, request))) found.push(`${cpuMs} ms of CPU`);
  return found;
}

async function isSlowAgain(harness: Harness, request: BaseRequest): Promise<boolean> {
  for (let time = 0; time < 3; time += 1) if ((await send(harness, request)).cpuMs <= MAX_CPU_MS) return false;
  return true;
}

const leaks = (harness: Harness) =>
  harness
    .functionLogs()
    .filter((line) =>
      [MARKED_NUMBER, MARKED_NUMBER.slice(1), MARKED_ADDRESS, ...harness.secrets()].some((one) => line.includes(one)),
    );

test.each(Array.from({ length: LIVES }, (_, life) => life))(
  'hostile parameters, part %i: no Function fails, leaks or takes long',
  async (life) => {
    const { harness, requests } = await openLivedIn();
    const seed = testSeed() + life;
    for (const one of fc.sample(change, { seed, numRuns: REQUESTS_PER_LIFE })) {
      const request = changed(requests[one.request % requests.length]!, one);
      const found = await problemsOf(harness, request);
      if (found.length > 0) throw new Error(`${found.join('; ')}\n${JSON.stringify(request).slice(0, 2_000)}`);
    }
    expect(leaks(harness)).toEqual([]);
    expect(harness.sandboxErrors()).toEqual([]);
  },
);

/** Paths of all values in a document, that of the document itself first. */
function pathsOf(value: unknown, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([name, one]) => pathsOf(one, [...path, name]))];
}

function withValue(data: unknown, [name, ...rest]: string[], value: unknown): unknown {
  if (name === undefined) return value;
  const copy = Array.isArray(data) ? [...data] : { ...(data as object) };
  (copy as Record<string, unknown>)[name] = withValue((data as Record<string, unknown>)[name], rest, value);
  return copy;
}

const documentChange = fc.record({
  document: fc.nat(),
  path: fc.nat(),
  value: hostileJson,
  reads: fc.shuffledSubarray(['card', 'history', 'settings', 'audit', 'sweep', 'resend', 'delivery', 'data'], {
    minLength: 2,
  }),
});

test.each(Array.from({ length: DOCUMENT_LIVES }, (_, life) => life))(
  'hostile documents, part %i: no Function fails, and the other voicemails are still there',
  async (life) => {
    const { harness, requests, token } = await openLivedIn();
    const sent: Record<string, BaseRequest> = Object.fromEntries(
      Object.entries({
        card: 'flex/voicemail',
        history: 'flex/email-history',
        settings: 'flex/email-settings',
        audit: 'flex/audit',
        sweep: 'flex/sweep',
        resend: 'flex/email-resend',
        delivery: 'flex/email-delivery',
        data: 'flex/personal-data',
      }).map(([name, page]) => [name, requests.find((one) => one.page === page)!]),
    );
    sent.history = { ...sent.history!, params: { Token: token } };
    sent.audit = { ...sent.audit!, params: { Token: token } };
    for (const one of fc.sample(documentChange, { seed: testSeed() + life, numRuns: DOCUMENTS_PER_LIFE })) {
      const all = storedValues(harness.world);
      const { name, value } = all[one.document % all.length]!;
      const paths = pathsOf(value.data);
      const path = paths[one.path % paths.length]!;
      const hostile = withValue(value.data, path, one.value);
      // Sync itself takes objects only.
      if (typeof hostile !== 'object' || hostile === null || Array.isArray(hostile)) continue;
      const { data } = value;
      value.data = hostile as Record<string, unknown>;
      for (const read of one.reads) {
        const found = await problemsOf(harness, sent[read]!);
        if (found.length > 0)
          throw new Error(
            `${read}: ${found.join('; ')}\n${name} ${path.join('.')} = ${JSON.stringify(one.value).slice(0, 500)}`,
          );
      }
      value.data = data;
    }
    expect(leaks(harness)).toEqual([]);
    const history = await harness.postFlex('email-history', token);
    expect(((await history.json()) as { items: unknown[] }).items).toHaveLength(2);
  },
);
