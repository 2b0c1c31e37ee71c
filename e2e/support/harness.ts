import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { EmailSettings } from '@callback-and-voicemail/contract';
import PostalMime from 'postal-mime';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import type { DomainRestrictions } from '../../sandbox/src/mail/domain-restrictions';
import { flowUrl, type StudioFlow } from '../../sandbox/src/studio/studio';
import type { WorkflowConfiguration } from '../../sandbox/src/taskrouter/types';
import { createTestTwilio } from '../../sandbox/src/testing/test-twilio';
import { createEnqueueBin, createRedirectBin } from '../../sandbox/src/twiml-bins';
import type { SentWebhook, Webhook, WebhookInterceptor, WebhookResult } from '../../sandbox/src/voice/webhook';
import { DEFAULT_ACCOUNT, DEFAULT_WORKFLOWS } from '../../sandbox/src/world/defaults';
import type { Fault, RequestRecord, Task } from '../../sandbox/src/world/types';
import { type Caller, createCaller } from './caller';

/**
 * The built Functions under Twilio's own local runtime, against the sandbox, over HTTP with real signatures, in
 * virtual time. One harness at a time: the runtime keeps its Functions in module state, and time is global.
 */
const root = path.resolve(__dirname, '../..');
const functionsDir = path.join(root, 'serverless-functions/dist/functions');
const DEMONSTRATION_ASSETS = path.join(root, 'serverless-functions/dist/demonstration/assets');
const FEATURE = '/features/callback-and-voicemail-with-email';
const PUBLIC_URL = 'http://voicemail-1234.localhost';
const DOMAIN = 'mg.example.com';
const API_KEY = 'key-0123456789abcdef0123456789abcdef';
const OUTBOX_TOKEN = 'outbox-token-of-the-tests-0123456789';
const FLEX_ORIGIN = 'https://flex.twilio.com';
const START = Date.UTC(2026, 10, 22, 14, 0, 0);
/** What answers them is the same for most; what they offer is in `sandbox/assets`. */
const NUMBERS = {
  support: '+12025550101',
  sales: '+12025550102',
  voicemail: '+12025550103',
  spanish: '+12025550104',
  review: '+12025550105',
  overflow: '+12025550106',
  recordedPrompts: '+12025550107',
  noCallbacks: '+12025550108',
  noTypedNumbers: '+12025550109',
};
/** Numbers with a document of their own; the others are answered as `support` is. */
const NUMBERS_WITH_OWN_BIN = new Set(['sales', 'voicemail']);
const CALLER = '+12025550123';
const [SUPPORT, SALES] = DEFAULT_WORKFLOWS;

export type FaultOptions = Fault;
export interface HarnessOptions {
  /** Default HTTP on loopback. `in-process` costs a fraction of the CPU time: for tests that play thousands of calls. */
  transport?: 'http' | 'in-process';
  /** Over the usual variables; an empty text removes one. */
  environment?: Record<string, string>;
  /** Over the defaults; without it there is no settings document. */
  settings?: Partial<EmailSettings>;
  waitUrlQuery?: 'workflow';
  /** The Studio flow that answers a number, instead of the number's TwiML Bin. */
  studio?: Partial<Record<keyof typeof NUMBERS, StudioFlow>>;
  region?: 'us' | 'eu';
  /** The assets to deploy; default those with the sandbox's caller experience. */
  assetsDir?: string;
  /** Where another origin's files really are, e.g. recorded prompts. */
  origins?: Record<string, string>;
  /** The configuration of the workflow behind `support`. */
  workflow?: WorkflowConfiguration;
  /** Handles webhooks instead of the default delivery; see `holdWebhooks`. */
  deliver?: WebhookInterceptor;
}
type ParsedTask = Omit<Task, 'attributes'> & { attributes: Record<string, unknown> };
interface Mail {
  to: string[];
  subject: string;
  text: string;
  html: string;
  header(name: string): string | undefined;
  attachments: { fileName: string; contentType: string; content: Buffer }[];
}
/** Words a caller heard. */
export interface HeardPrompt {
  text: string;
  /** How their queue task stood; undefined when TaskRouter has none. */
  waiting: Task['assignmentStatus'] | undefined;
}
type HeldWebhook = Pick<Webhook, 'url' | 'params'>;

/** The caller: by default with a number and without a caller name. */
interface CallerOptions {
  from?: string;
  callerName?: string;
}

export type Harness = Awaited<ReturnType<typeof openHarness>>;
let openHarnesses: (() => Promise<void>)[] = [];

/** For `afterEach`: takes down what a test set up. */
export async function closeHarnesses(): Promise<void> {
  const closing = openHarnesses;
  openHarnesses = [];
  for (const close of closing) await close();
}

export async function openHarness(options: HarnessOptions = {}) {
  const logs: string[] = [];
  jest.spyOn(console, 'log').mockImplementation((line: unknown) => {
    logs.push(String(line));
  });
  const held: HeldWebhook[] = [];
  const recorded: HeldWebhook[] = [];
  const treatment: { hold?: RegExp; drop?: RegExp; record?: RegExp; duplicate?: { url: RegExp; times: number } } = {};
  const waitUrl = (query = '') => `${PUBLIC_URL}${FEATURE}/studio/wait-experience${query}`;
  const twilio = await createTestTwilio({
    start: START,
    transport: options.transport,
    mailDomains: { [DOMAIN]: API_KEY },
    mailRegion: options.region,
    world: { workflows: [options.workflow ? { ...SUPPORT!, configuration: options.workflow } : SUPPORT!, SALES!] },
    twimlBins: () => [
      createEnqueueBin('support', 'Support', {
        workflowSid: SUPPORT!.sid,
        waitUrl: waitUrl(options.waitUrlQuery && `?workflowSid=${SUPPORT!.sid}`),
        attributes: { skill: 'support' },
        priority: 7,
      }),
      createEnqueueBin('sales', 'Sales', {
        workflowSid: SALES!.sid,
        waitUrl: waitUrl(),
        attributes: { skill: 'sales' },
      }),
      createRedirectBin('voicemail', 'Straight to voicemail', `${PUBLIC_URL}${FEATURE}/studio/voicemail`),
    ],
    numbers: ({ stubUrl }) =>
      Object.fromEntries(
        Object.entries(NUMBERS).map(([name, number]) => {
          const flow = options.studio?.[name as keyof typeof NUMBERS];
          const voiceUrl = flow
            ? flowUrl(stubUrl, DEFAULT_ACCOUNT.accountSid, flow.sid)
            : `${stubUrl}/twiml-bins/${NUMBERS_WITH_OWN_BIN.has(name) ? name : 'support'}`;
          return [number, { voiceUrl }];
        }),
      ),
    studioFlows: () => Object.values(options.studio ?? {}),
    voice: {
      webhooks: {
        origins: options.origins,
        async intercept(webhook, send) {
          if (options.deliver) return options.deliver(webhook, send);
          if (treatment.record?.test(webhook.url)) recorded.push(webhook);
          if (treatment.hold?.test(webhook.url)) {
            held.push(webhook);
            return emptyAnswer(webhook);
          }
          if (treatment.drop?.test(webhook.url)) return emptyAnswer(webhook);
          if (treatment.duplicate?.url.test(webhook.url)) {
            const answers = await Promise.all(Array.from({ length: treatment.duplicate.times }, send));
            return answers[0]!;
          }
          return send();
        },
      },
    },
    functions: {
      functionsDir,
      assetsDir: options.assetsDir ?? DEMONSTRATION_ASSETS,
      publicUrl: PUBLIC_URL,
      env: ({ stubUrl }) => ({
        TWILIO_FLEX_WORKSPACE_SID: DEFAULT_ACCOUNT.workspaceSid,
        TWILIO_FLEX_CALLBACK_WORKFLOW_SID: SUPPORT!.sid,
        VOICEMAIL_SYNC_SERVICE_SID: DEFAULT_ACCOUNT.syncServiceSid,
        ADMIN_EMAIL: 'admin@example.com',
        MAILGUN_DOMAIN: DOMAIN,
        MAILGUN_API_KEY: API_KEY,
        MAILGUN_API_BASE_URL: `${stubUrl}/api.${options.region === 'eu' ? 'eu.' : ''}mailgun.net`,
        OUTBOX_TOKEN,
        TWILIO_STUB_URL: stubUrl,
        ...options.environment,
      }),
    },
  });
  const { world, clock, voice, mailbox, mailgun, stubUrl: twilioUrl } = twilio;

  const parse = (task: Task): ParsedTask => ({ ...task, attributes: JSON.parse(task.attributes) });
  /** A look into Sync that is no request of the product's: neither counted nor struck by a fault. */
  const sync = async (rest: string, form?: Record<string, string>) => {
    const faults = jest.spyOn(world.faults, 'consume').mockReturnValue(undefined);
    const mark = world.requests.length;
    const authorization = `Basic ${Buffer.from(`${world.account.accountSid}:${world.account.authToken}`).toString('base64')}`;
    const answer = await fetch(`${twilioUrl}/sync.twilio.com/v1/Services/${DEFAULT_ACCOUNT.syncServiceSid}/${rest}`, {
      headers: { authorization },
      ...(form ? { method: 'POST', body: new URLSearchParams(form) } : {}),
    });
    const body = (await answer.json()) as Record<string, unknown>;
    await clock.settle();
    world.requests.splice(mark, 1);
    faults.mockRestore();
    return { status: answer.status, body };
  };
  const document = async (name: string) => {
    const { status, body } = await sync(`Documents/${name}`);
    return status === 200 ? (body.data as Record<string, unknown>) : undefined;
  };
  const setDocument = async (name: string, data: object) => {
    const Data = JSON.stringify(data);
    const exists = (await document(name)) !== undefined;
    const { status } = await sync(
      exists ? `Documents/${name}` : 'Documents',
      exists ? { Data } : { UniqueName: name, Data },
    );
    if (status >= 300) throw new Error(`${name} was not written: ${status}`);
  };
  const setSettings = (settings: Partial<EmailSettings>) =>
    setDocument('email-settings', {
      version: 1,
      enabled: true,
      recipients: [{ address: 'admin@example.com' }],
      ...settings,
    });
  if (options.settings) await setSettings(options.settings);

  openHarnesses.push(async () => {
    await twilio.close();
    jest.restoreAllMocks();
  });

  const harness = {
    /** The sandbox itself, for tests that need more than the methods here. */
    world,
    voice,
    clock,
    mailbox,
    numbers: NUMBERS,
    /** Where the sandbox's Twilio and Mailgun answer. */
    twilioUrl,
    workflows: { callback: SUPPORT!.sid, sales: SALES!.sid },
    publicUrl: PUBLIC_URL,
    sample: readFileSync(path.join(root, 'sandbox/assets/voicemail-sample.wav')),
    advance: (ms: number) => clock.advance(ms),

    async dial({ to, from = CALLER, callerName }: { to: string; from?: string; callerName?: string }): Promise<Caller> {
      const sid = voice.placeCall({ from, to, ...(callerName === undefined ? {} : { callerName }) });
      await clock.settle();
      return createCaller(voice, clock, sid, from);
    },
    async chooseVoicemail(caller: Caller): Promise<void> {
      caller.press('*');
      await caller.waitForPrompt(/To leave a voicemail, press 2/);
      caller.press('2');
      await clock.settle();
    },
    async dialAndChooseVoicemail({ from, callerName }: CallerOptions = {}): Promise<Caller> {
      const caller = await harness.dial({ to: NUMBERS.support, from, callerName });
      await caller.waitForPrompt(/For other options, press star/);
      await harness.chooseVoicemail(caller);
      return caller;
    },
    async dialToRecording(callerOptions: CallerOptions = {}): Promise<Caller> {
      const caller = await harness.dialAndChooseVoicemail(callerOptions);
      await caller.waitForBeep();
      return caller;
    },
    async leaveVoicemail(callerOptions: CallerOptions = {}): Promise<Caller> {
      const caller = await harness.dialToRecording(callerOptions);
      await caller.speak(harness.sample);
      caller.hangUp();
      return caller;
    },

    task: (sid: string) => parse(world.tasks.get(sid)!),
    waitingTask: (caller: Caller) =>
      world.tasks
        .list()
        .map(parse)
        .find(({ attributes }) => attributes.call_sid === caller.sid)!,
    /** Records all prompts that calls from that number hear from now on, with the state of their queue task. */
    recordPrompts(from: string): HeardPrompt[] {
      const heardPrompts: HeardPrompt[] = [];
      const stop = voice.subscribe(({ callSid, ...event }) => {
        if (event.type !== 'say' || voice.get(callSid)?.from !== from) return;
        const waiting = world.tasks.list().find(({ attributes }) => parseCallSid(attributes) === callSid);
        heardPrompts.push({ text: event.text, waiting: waiting?.assignmentStatus });
      });
      openHarnesses.push(async () => stop());
      return heardPrompts;
    },
    /** What a caller heard, with the times. */
    callEvents: (caller: Caller) => voice.callEvents(caller.sid),
    /** Tasks the product made, oldest first. */
    productTasks: () =>
      world.tasks
        .list()
        .map(parse)
        .filter(({ attributes }) => attributes.taskType !== undefined)
        .sort((a, b) => a.dateCreated - b.dateCreated),
    addWaitingTask: (n: number) =>
      world.tasks.create({
        workflowSid: SUPPORT!.sid,
        attributes: JSON.stringify({ call_sid: `CA${String(n).padStart(32, '0')}`, skill: 'support' }),
      }),
    /** As if TaskRouter had not made the tasks of the calls that wait now. */
    hideWaitingTasks() {
      for (const { sid } of world.tasks.list()) world.tasks.update(sid, { attributes: '{}' });
    },
    acceptWaitingTask: (caller: Caller) =>
      world.tasks.update(harness.waitingTask(caller).sid, { assignmentStatus: 'assigned' }),
    /** An agent takes a task and ends it. */
    handleTask(sid: string) {
      world.tasks.update(sid, { assignmentStatus: 'assigned' });
      world.tasks.update(sid, { assignmentStatus: 'completed' });
    },
    /** A worker who signs in to every queue, with what the Flex UI would send of them. */
    signIn(
      name: string,
      roles: string[] = ['agent'],
      activity = 'Available',
      attributes: Record<string, unknown> = {},
    ) {
      const worker = world.taskRouter.addWorker({ name, activity, attributes });
      const { token } = world.flexTokens.issue({ identity: name, roles, workerSid: worker.sid });
      return { ...worker, token };
    },
    /** The worker accepts the reservation they have for a task. */
    accept(worker: { sid: string }, taskSid: string) {
      const [reservation] = world.taskRouter.reservations({ task: taskSid, worker: worker.sid, status: 'pending' });
      if (reservation === undefined) throw new Error(`no reservation of ${worker.sid} for ${taskSid}`);
      world.taskRouter.accept(reservation);
      return reservation;
    },
    setAttributes: (taskSid: string, attributes: object) =>
      world.tasks.update(taskSid, { attributes: JSON.stringify(attributes) }),
    transcriptions: (recordingSid: string) => world.recordings.transcriptions(recordingSid),
    /** A recording's sound as Twilio would send it. */
    async media(recordingSid: string, format: 'wav' | 'mp3'): Promise<Buffer> {
      const authorization = `Basic ${Buffer.from(`${world.account.accountSid}:${world.account.authToken}`).toString('base64')}`;
      const url = `${twilioUrl}/api.twilio.com/2010-04-01/Accounts/${world.account.accountSid}/Recordings/${recordingSid}.${format}`;
      return Buffer.from(await (await fetch(url, { headers: { authorization } })).arrayBuffer());
    },
    /** An unsigned request for a path and query of the Functions. */
    async get(pathAndQuery: string): Promise<Response> {
      return fetch(`${twilio.gatewayUrl}${pathAndQuery}`);
    },
    redeploy: (variables: Record<string, string>) => twilio.redeploy(variables),
    /** What the plugin asks, from the page of Flex. */
    postFlex: (page: string, token: string | undefined, params: Record<string, string> = {}, origin = FLEX_ORIGIN) =>
      harness.post(
        `flex/${page}`,
        { ...(token === undefined ? {} : { Token: token }), ...params },
        { signature: null, headers: { origin } },
      ),
    taskReservations: (taskSid: string) => world.taskRouter.reservations({ task: taskSid }),
    completeWaitingTask: (caller: Caller) =>
      world.tasks.update(harness.waitingTask(caller).sid, { assignmentStatus: 'completed' }),
    cancelWaitingTask: (caller: Caller, reason: string) =>
      world.tasks.update(harness.waitingTask(caller).sid, { assignmentStatus: 'canceled', reason }),

    /** The account records this call as a whole, as Flex or a `<Dial>` does. @returns ends that recording */
    startCallRecording(caller: Caller): () => void {
      const whole = Object.assign(world.recordings.create(caller.sid), { source: 'StartCallRecordingAPI' });
      return () => Object.assign(whole, { status: 'completed', durationSeconds: 9, wav: harness.sample });
    },
    /** A message that another program has recorded. */
    addRecording: () =>
      Object.assign(world.recordings.create(`CA${'e'.repeat(32)}`), {
        status: 'completed',
        durationSeconds: 9,
        wav: harness.sample,
      }),
    recordings: () => world.recordings.list().filter(({ status }) => status === 'completed'),
    enlargeRecordings(bytes: number) {
      jest.spyOn(world.recordings, 'get').mockImplementation((sid) => {
        const recording = world.recordings.list().find((one) => one.sid === sid);
        return recording?.wav ? { ...recording, wav: Buffer.concat([recording.wav, Buffer.alloc(bytes)]) } : recording;
      });
    },
    async mails(): Promise<Mail[]> {
      return Promise.all(
        mailbox.list().map(async ({ id, to }) => {
          const parsed = await PostalMime.parse((await mailbox.read(id))!, { attachmentEncoding: 'arraybuffer' });
          return {
            to,
            subject: parsed.subject ?? '',
            text: parsed.text ?? '',
            html: parsed.html ?? '',
            header: (name: string) => parsed.headers.find(({ key }) => key === name)?.value,
            attachments: parsed.attachments.map((one) => ({
              fileName: one.filename ?? '',
              contentType: one.mimeType,
              content: Buffer.from(one.content as ArrayBuffer),
            })),
          };
        }),
      );
    },
    /** From now on Mailgun refuses to send for the product's domain, for that reason. */
    setMailDomainStatus(restrictions: DomainRestrictions) {
      mailgun.restrictions = { [DOMAIN]: restrictions };
    },
    mailgunRequestCount: () => mailgun.requests.length,
    setMailEventLag(ms: number) {
      mailgun.eventLagMs = ms;
    },

    document,
    setDocument,
    setSettings,
    /** Creates the maps of the index, as in an account that has had callbacks before. */
    async createIndexMaps() {
      for (let n = 0; n < 8; n += 1) await sync('Maps', { UniqueName: `open-${n}` });
    },
    /** Keys of all index maps. */
    async indexKeys(): Promise<string[]> {
      const keys: string[] = [];
      for (let n = 0; n < 8; n += 1) {
        const { status, body } = await sync(`Maps/open-${n}/Items?PageSize=1000`);
        if (status === 200) keys.push(...(body.items as { key: string }[]).map(({ key }) => key));
      }
      return keys;
    },

    /** How long Twilio takes for each request from now on, so that those sent in parallel overlap. */
    setLatency(ms: number) {
      twilio.rest.link.latencyMs = ms;
    },
    injectFault: (fault: Fault) => world.faults.add(fault),
    requestCount: () => world.requests.length,
    requestsSince: (mark: number): RequestRecord[] => world.requests.slice(mark),
    /** Runs once, just before the first matching request is answered. */
    beforeRequest(match: { host: string; method: string; path: RegExp }, act: () => void) {
      const push = world.requests.push.bind(world.requests);
      world.requests.push = (...records) => {
        const length = push(...records);
        if (
          records.some(
            ({ host, method, path: at }) => host === match.host && method === match.method && match.path.test(at),
          )
        ) {
          world.requests.push = push;
          act();
        }
        return length;
      };
    },

    holdWebhooks: (url: RegExp) => Object.assign(treatment, { hold: url }),
    dropWebhooks: (url: RegExp) => Object.assign(treatment, { drop: url }),
    recordWebhooks: (url: RegExp) => Object.assign(treatment, { record: url }),
    duplicateWebhooks: (url: RegExp, times: number) => Object.assign(treatment, { duplicate: { url, times } }),
    heldWebhooks: () => [...held],
    recordedWebhooks: () => [...recorded],
    /** Delivers a webhook once more, as Twilio would: its parameters, freshly signed. */
    async redeliver({ url, params }: HeldWebhook): Promise<Response> {
      const target = new URL(url);
      return harness.post(`${target.pathname.slice(FEATURE.length + 1)}${target.search}`, params);
    },
    webhookStatuses: (url: RegExp) =>
      voice.webhooks
        .filter((webhook: SentWebhook) => url.test(webhook.url))
        .map(({ result: answer }) => (answer?.ok ? answer.status : answer?.status)),

    /** Signs a request as Twilio does, or with another token. */
    sign: (page: string, params: Record<string, string>, token: string = world.account.authToken): string =>
      getExpectedTwilioSignature(token, `${PUBLIC_URL}${FEATURE}/${page}`, params),
    async post(
      page: string,
      params: Record<string, string>,
      request: { signature?: string | null; headers?: Record<string, string> } = {},
    ): Promise<Response> {
      const url = `${PUBLIC_URL}${FEATURE}/${page}`;
      const signature = request.signature === undefined ? harness.sign(page, params) : request.signature;
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
    },
    /** The same in parallel: it ends as virtual time passes. */
    startOutboxSweep: (): Promise<Response> =>
      fetch(`${twilio.gatewayUrl}${FEATURE}/email/run-outbox`, {
        method: 'POST',
        headers: { authorization: `Bearer ${OUTBOX_TOKEN}` },
      }),
    async runOutboxSweep(): Promise<Response> {
      return harness.post(
        'email/run-outbox',
        {},
        { signature: null, headers: { authorization: `Bearer ${OUTBOX_TOKEN}` } },
      );
    },
    /** The operator puts right what `environment` broke, and deploys. */
    repairMailVariables: () => twilio.redeploy({ MAILGUN_API_KEY: API_KEY }),

    /** What the sandbox found wrong with what the product did. */
    sandboxErrors: () => world.eventLog.entries().filter(({ level }) => level === 'error'),
    functionLogs: () => logs.filter((line) => line.startsWith('{')),
    secrets: () => [world.account.authToken, API_KEY, OUTBOX_TOKEN, API_KEY.slice(4)],
  };
  return harness;
}

const parseCallSid = (attributes: string): unknown => (JSON.parse(attributes) as { call_sid?: unknown }).call_sid;

/** What Twilio would see without the delay of the delivery. */
function emptyAnswer({ url, method }: Webhook): WebhookResult {
  return { ok: true, status: 204, contentType: 'text/plain', body: Buffer.alloc(0), url, method };
}
