import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import express from 'express';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks';
import { freePort } from '../sandbox/src/free-port';
import { createVisibilityLookup } from '../sandbox/src/functions-runtime/resources';
import { spawnTwilioRun } from '../sandbox/src/functions-runtime/twilio-run';
import { createGateway } from '../sandbox/src/gateway/gateway';
import { createRestApp } from '../sandbox/src/rest/rest-server';
import { listenOnLoopback } from '../sandbox/src/transport/loopback-server';
import { createWavHeader } from '../sandbox/src/wav-header';
import { DEFAULT_ACCOUNT, DEFAULT_WORKFLOWS } from '../sandbox/src/world/defaults';
import type { CallView } from '../sandbox/src/world/types';
import { createWorld } from '../sandbox/src/world/world';
import { mailSink } from './mailgun-sink';
import { smtpSink } from './smtp-sink';

const FEATURE = '/features/callback-and-voicemail-with-email';
const DOMAIN = 'mg.example.com';
const API_KEY = 'key-bench-0123456789abcdef0123456789ab';
const OUTBOX_TOKEN = 'outbox-token-of-the-bench-0123456789';
const WORKFLOW = DEFAULT_WORKFLOWS[0]!.sid;

export interface Line {
  latencyMs: number;
  bytesPerSecond?: number;
}

/**
 * The built Functions in a separate twilio-run process, against a Twilio and a mail provider as far away as `line`
 * says, in real time. Webhooks are sent straight to them: a bench needs no telephone.
 */
export async function openBench(root: string, line: Line, provider: 'mailgun' | 'smtp' = 'mailgun') {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-'));
  const world = createWorld();
  const mail = mailSink(line);
  const smtp = await smtpSink(line);
  const rest = createRestApp(world, { link: line, otherHosts: { 'api.mailgun.net': mail.router } });
  const server = await listenOnLoopback(express().use(rest.router));
  const functionsDir = path.join(root, 'serverless-functions/dist/functions');
  const probePort = await freePort(4700);
  const port = await freePort(4600);
  // Read by the probe as the process starts; twilio-run gives Functions only what is in their file.
  process.env.BENCH_PROBE_PORT = String(probePort);
  process.env.NODE_OPTIONS = `--require ${JSON.stringify(path.join(root, 'bench/memory-probe.cjs'))}`;
  const functions = await spawnTwilioRun({
    projectDir: path.join(root, 'serverless-functions'),
    functionsFolder: 'dist/functions',
    assetsFolder: 'dist/assets',
    cacheDir: folder,
    port,
    env: {
      ACCOUNT_SID: world.account.accountSid,
      AUTH_TOKEN: world.account.authToken,
      DOMAIN_NAME: `localhost:${port}`,
      TWILIO_FLEX_WORKSPACE_SID: world.workspaceSid,
      TWILIO_FLEX_CALLBACK_WORKFLOW_SID: WORKFLOW,
      VOICEMAIL_SYNC_SERVICE_SID: DEFAULT_ACCOUNT.syncServiceSid,
      ADMIN_EMAIL: 'admin@example.com',
      ...(provider === 'smtp'
        ? { SMTP_URL: smtp.url, MAIL_FROM: `voicemail@${DOMAIN}` }
        : {
            MAILGUN_DOMAIN: DOMAIN,
            MAILGUN_API_KEY: API_KEY,
            MAILGUN_API_BASE_URL: `${server.url}/api.mailgun.net`,
          }),
      OUTBOX_TOKEN,
      // Its callers have no verdict.
      UNVERIFIED_CALLERS: 'confirm',
      TWILIO_STUB_URL: server.url,
    },
  });
  delete process.env.NODE_OPTIONS;
  const gateway = await createGateway({
    world,
    target: functions.url,
    visibility: createVisibilityLookup(functionsDir),
  });

  let callers = 0;
  let supervisor: ReturnType<typeof signIn> | undefined;
  const calls = new Map<string, CallView>();
  world.calls = {
    get: (sid) => calls.get(sid),
    list: () => [...calls.values()],
    create({ from, to }) {
      const now = Date.now();
      const call: CallView = {
        ...{ sid: world.newSid('CA'), from, to, status: 'ringing', direction: 'outbound-api' },
        ...{ startTime: now, endTime: null, dateCreated: now },
      };
      calls.set(call.sid, call);
      return call;
    },
    update: (sid) => calls.get(sid)!,
  };

  /** A worker who takes every task, unless they are offline, and what the plugin sends with each of their requests. */
  function signIn(name: string, roles: string[], activity = 'Available') {
    const worker = world.taskRouter.addWorker({ name, activity, capacity: { voice: 100 } });
    const { token } = world.flexTokens.issue({ identity: name, roles, workerSid: worker.sid });
    return { worker, fields: { Token: token, WorkerSid: worker.sid } };
  }

  return {
    world,
    /** Every mail taken: its bytes and when, on the clock of `performance.now()`. */
    mails: provider === 'smtp' ? smtp.taken : mail.taken,
    link: rest.link,
    workflowSid: WORKFLOW,
    /** A caller in the queue, with their task. */
    waitingCaller() {
      const callSid = world.newSid('CA');
      const now = Date.now();
      callers += 1;
      // Another caller each time: one who has a callback already takes other ways.
      const numbers = { from: `+1202555${String(9_000 - callers).padStart(4, '0')}`, to: '+12025550101' };
      calls.set(callSid, {
        ...numbers,
        sid: callSid,
        status: 'in-progress',
        direction: 'inbound',
        startTime: now,
        endTime: null,
        dateCreated: now,
      });
      const task = world.tasks.create({
        workflowSid: WORKFLOW,
        attributes: JSON.stringify({ call_sid: callSid, skill: 'support' }),
      });
      const queue = world.queues.getOrCreate(WORKFLOW);
      queue.members.push({ callSid, enqueuedAt: now });
      return {
        callSid,
        taskSid: task.sid,
        params: { CallSid: callSid, From: numbers.from, To: numbers.to, QueueSid: queue.sid },
      };
    },
    /** What the plugin sends with each request of a supervisor, who takes no tasks. */
    supervisor() {
      supervisor ??= signIn('supervisor', ['supervisor'], 'Offline');
      return supervisor.fields;
    },
    /** A finished recording of that many bytes of sound. */
    recording(callSid: string, bytes: number) {
      const recording = world.recordings.create(callSid);
      const wav = Buffer.concat([createWavHeader(bytes), Buffer.alloc(bytes, 1)]);
      Object.assign(recording, { wav, status: 'completed', durationSeconds: Math.round(bytes / 16_000) });
      return recording.sid;
    },
    /** Has emails sent with the recording, so that one webhook carries the whole of it. The default waits for the words. */
    async sendWithoutTranscript() {
      const { accountSid, authToken, syncServiceSid } = DEFAULT_ACCOUNT;
      const settings = {
        ...{ version: 1, enabled: true, send_when: 'recorded' },
        recipients: [{ address: 'admin@example.com' }],
      };
      const answer = await fetch(`${server.url}/sync.twilio.com/v1/Services/${syncServiceSid}/Documents`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
        body: new URLSearchParams({ UniqueName: 'email-settings', Data: JSON.stringify(settings) }),
      });
      if (!answer.ok) throw new Error(`The settings were not written: ${answer.status}`);
    },
    /** As in an account in which somebody has worked this month: the first record of a month creates its map. */
    async createAuditMap() {
      const { accountSid, authToken, syncServiceSid } = DEFAULT_ACCOUNT;
      await fetch(`${server.url}/sync.twilio.com/v1/Services/${syncServiceSid}/Maps`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` },
        body: new URLSearchParams({ UniqueName: `audit-${new Date().toISOString().slice(0, 7)}` }),
      });
    },
    /** Takes callers who left no message out of the index: their entries are not due, but a sweep looks at them. */
    async forgetCallers(callSids: readonly string[]) {
      const { accountSid, authToken, syncServiceSid } = DEFAULT_ACCOUNT;
      const headers = { authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}` };
      for (let n = 0; n < 8; n += 1) {
        const items = `${server.url}/sync.twilio.com/v1/Services/${syncServiceSid}/Maps/open-${n}/Items`;
        const answer = await fetch(`${items}?PageSize=100`, { headers });
        for (const { key } of ((await answer.json()) as { items: { key: string }[] }).items)
          if (callSids.some((sid) => key.includes(sid)))
            await fetch(`${items}/${encodeURIComponent(key)}`, { method: 'DELETE', headers });
      }
    },
    authToken: world.account.authToken,
    /** Sends a signed webhook and returns its cost. */
    async webhook(page: string, params: Record<string, string>) {
      const url = `${gateway.url}${FEATURE}/${page}`;
      const mark = world.requests.length;
      const startedAt = performance.now();
      const answer = await fetch(url, {
        method: 'POST',
        headers: {
          origin: 'https://flex.twilio.com',
          'x-twilio-signature': getExpectedTwilioSignature(world.account.authToken, url, params),
          authorization: `Bearer ${OUTBOX_TOKEN}`,
        },
        body: new URLSearchParams(params),
        // What a browser would fetch next costs rounds of its own.
        redirect: 'manual',
      });
      const text = await answer.text();
      const ms = performance.now() - startedAt;
      return { status: answer.status, text, ms, requests: world.requests.slice(mark), begun: startedAt };
    },
    signIn,
    /** Bytes the Functions' process holds, and held at most since the last reset. */
    async memory(reset = false) {
      const answer = await fetch(`http://127.0.0.1:${probePort}/${reset ? 'reset' : ''}`);
      return (await answer.json()) as Record<'now' | 'peak', { rss: number; arrayBuffers: number; external: number }>;
    },
    async close() {
      await functions.close();
      await gateway.close();
      await server.close();
      await smtp.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type Bench = Awaited<ReturnType<typeof openBench>>;
