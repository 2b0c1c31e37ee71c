import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { type AgentDesktop, type FlexDesktop, startFlexDesktop } from '../../src/flex-desktop/flex-desktop';
import { decodeFrame, encodeFrame, type Frame } from '../../src/flex-desktop/twilsock/framing';
import { namedQueueSid } from '../../src/taskrouter/taskrouter';
import type { Voice } from '../../src/voice/types';
import { createVoice } from '../../src/voice/voice';
import { DEFAULT_WORKFLOWS } from '../../src/world/defaults';
import type { Task } from '../../src/world/types';
import { createWorld, type SandboxWorld } from '../../src/world/world';

/** Only stops what hangs. */
const HANG_TIMEOUT_MS = 150_000;

// biome-ignore lint/suspicious/noExplicitAny: answers and frames of many shapes, which matchers look into
export type Received = any;
export const FUNCTIONS = 'http://localhost:5999';
export const WORKFLOW = DEFAULT_WORKFLOWS[0]!.sid;

/** The desks with no Flex in them: real sockets, and frames written by hand as the SDKs write them (docs/flex-protocols.md). */
export interface FlexDesktopSetup {
  world: SandboxWorld;
  voice: Voice;
  flex: FlexDesktop;
  desktop(key: string): AgentDesktop;
  token(key: string, roles?: readonly string[]): string;
  /** What happens on sockets, in order of arrival. */
  open(key: string, path: string): Promise<TestSocket>;
  /** A REST request through the event bridge. */
  bridge(
    key: string,
    method: 'GET' | 'POST',
    url: string,
    params?: object,
  ): Promise<{ status: number; body: Received }>;
  makeTask(attributes?: Record<string, unknown>): Task;
  close(): Promise<void>;
}

export async function openFlexDesktop(): Promise<FlexDesktopSetup> {
  const folder = mkdtempSync(join(tmpdir(), 'flex-desks-'));
  for (const name of ['flex-ui.js', 'setup.js', 'boot.js', 'some-plugin.js']) {
    writeFileSync(join(folder, name), `// ${name}\n`);
  }
  const world = createWorld();
  const voice = createVoice(world);
  const flex = await startFlexDesktop({
    world,
    voice,
    vendor: { file: join(folder, 'flex-ui.js'), version: '2.17.1' },
    pageDir: folder,
    pluginFiles: [join(folder, 'some-plugin.js'), join(folder, 'not-built.js')],
    passthroughOrigins: [FUNCTIONS],
    ports: [],
    configuration: {
      runtimeDomain: FUNCTIONS,
      outbound: { callerId: '+12025550101', queueSid: namedQueueSid('Support'), workflowSid: WORKFLOW },
      customData: { serverless_functions_domain: 'localhost:5999' },
    },
  });
  const desk = (key: string) => flex.desktops.find(({ sample }) => sample.key === key)!;
  const token = (key: string, roles = desk(key).sample.roles) => {
    const { worker } = desk(key);
    return world.flexTokens.issue({ identity: worker.friendlyName, roles, workerSid: worker.sid }).token;
  };
  const sockets: TestSocket[] = [];
  return {
    world,
    voice,
    flex,
    desktop: desk,
    token,
    async open(key, path) {
      const line = await openTestSocket(`${desk(key).origin.replace('http', 'ws')}${path}`);
      sockets.push(line);
      return line;
    },
    async bridge(key, method, url, params = {}) {
      const answer = await fetch(`${desk(key).origin}/__twilio/event-bridge.twilio.com/v1/wschannels`, {
        method: 'POST',
        // As the SDK does: JSON under the name of a form.
        headers: { 'Content-Type': 'application/x-www-form-urlencoded', apiVersion: 'v1' },
        body: JSON.stringify({ url, method, params, token: token(key) }),
      });
      return { status: answer.status, body: await answer.json() };
    },
    makeTask: (attributes = {}) =>
      world.tasks.create({ workflowSid: WORKFLOW, taskChannel: 'voice', attributes: JSON.stringify(attributes) }),
    async close() {
      for (const line of sockets) line.close();
      voice.close();
      await flex.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** One socket, read in order. */
export interface TestSocket {
  /** The next message, blank ones aside. @throws Error after two seconds of silence */
  next(): Promise<Received>;
  send(message: object): void;
  sendFrame(frame: Frame): void;
  /** Resolves when the other side has closed it. */
  closed: Promise<number>;
  close(): void;
}

async function openTestSocket(url: string): Promise<TestSocket> {
  const socket = new WebSocket(url);
  const waiting: unknown[] = [];
  const readers: ((message: unknown) => void)[] = [];
  socket.on('message', (data, isBinary) => {
    const text = String(data);
    if (!isBinary && text.trim() === '') return;
    const message = isBinary ? decodeFrame(data as Buffer) : JSON.parse(text);
    const reader = readers.shift();
    if (reader) reader(message);
    else waiting.push(message);
  });
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  return {
    next: () =>
      waiting.length > 0
        ? Promise.resolve(waiting.shift())
        : new Promise((resolve, reject) => {
            const timer = setTimeout(() => reject(new Error('nothing came')), HANG_TIMEOUT_MS);
            readers.push((message) => {
              clearTimeout(timer);
              resolve(message);
            });
          }),
    send: (message) => socket.send(JSON.stringify(message)),
    sendFrame: (frame) => socket.send(encodeFrame(frame)),
    closed,
    close: () => socket.terminate(),
  };
}
