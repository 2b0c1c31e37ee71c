import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import express from 'express';
import { type AgentDesktop, type FlexDesktop, startFlexDesktop } from '../../sandbox/src/flex-desktop/flex-desktop';
import { bundleFlexUi } from '../../sandbox/src/flex-desktop/vendor-bundle';
import { freePort } from '../../sandbox/src/free-port';
import { openMailbox } from '../../sandbox/src/mail/mailbox';
import { createPages } from '../../sandbox/src/pages/pages';
import { namedQueueSid } from '../../sandbox/src/taskrouter/taskrouter';
import { type LoopbackServer, listenOnLoopback } from '../../sandbox/src/transport/loopback-server';
import { createTwimlBinRouter } from '../../sandbox/src/twiml-bins';
import type { Voice } from '../../sandbox/src/voice/types';
import { createVoice } from '../../sandbox/src/voice/voice';
import { DEFAULT_WORKFLOWS } from '../../sandbox/src/world/defaults';
import { createWorld, type SandboxWorld } from '../../sandbox/src/world/world';
import { firstFlexPort } from './worker-ports';

const root = path.resolve(__dirname, '../..');
export const SUPPORT_LINE = '+12025550101';

/** Flex and the telephone page over one world in the test's own process, so that a test sees both sides of it. */
export interface FlexHarness {
  world: SandboxWorld;
  voice: Voice;
  desk(key: string): AgentDesktop;
  telephoneUrl: string;
  /** Another loopback origin that answers Flex's page with CORS, as the product's Functions do. */
  functions: FunctionsStub;
  close(): Promise<void>;
}

/** Replaces the Functions where a test needs a certain response. */
interface FunctionsStub {
  origin: string;
  /** The requests it received. */
  requests: string[];
  /** By the last part of the path; undefined: never answered. */
  respond: (page: string, fields: URLSearchParams) => StubResponse | undefined;
}
export interface StubResponse {
  status?: number;
  headers?: Record<string, string>;
  body: string | Buffer;
}

/** @param pluginFiles by default one of the least size */
export async function startFlexHarness(
  mailFolder: string,
  pluginFiles = [path.join(__dirname, 'card-channels-plugin.js'), path.join(__dirname, 'never-built.js')],
): Promise<FlexHarness> {
  const world = createWorld({ seed: String(jest.getSeed()) });
  const functionsStub: FunctionsStub = { origin: '', requests: [], respond: () => ({ body: '{"ok":true}' }) };
  const functionsServer: Server = createServer((request, response) => {
    functionsStub.requests.push(`${request.method} ${request.url} from ${request.headers.origin}`);
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const answer = functionsStub.respond(
        path.basename(request.url ?? ''),
        new URLSearchParams(String(Buffer.concat(parts))),
      );
      if (answer === undefined) return;
      const { status = 200, headers = {}, body } = answer;
      const cors = { 'Access-Control-Allow-Origin': request.headers.origin ?? '' };
      response.writeHead(status, { ...cors, 'Access-Control-Expose-Headers': 'Content-Range', ...headers }).end(body);
    });
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => functionsServer.once('listening', resolve));
  functionsStub.origin = `http://localhost:${(functionsServer.address() as AddressInfo).port}`;
  const functions = functionsStub.origin;

  const app = express();
  const server: LoopbackServer = await listenOnLoopback(app);
  const [support] = DEFAULT_WORKFLOWS;
  const url = `http://localhost:${server.port}`;
  const voice = createVoice(world, { numbers: { [SUPPORT_LINE]: { voiceUrl: `${url}/twiml-bins/support` } } });
  const flex: FlexDesktop = await startFlexDesktop({
    world,
    voice,
    vendor: await bundleFlexUi(root, path.join(root, '.cache/flex-ui')),
    pageDir: path.join(root, 'sandbox/dist/flex-desktop'),
    pluginFiles,
    passthroughOrigins: [functions],
    // The script of the Flex UI at the same address as in the other files of this worker.
    ports: [await freePort(firstFlexPort())],
    configuration: {
      runtimeDomain: functions,
      outbound: {
        callerId: SUPPORT_LINE,
        queueSid: namedQueueSid(support!.taskQueueName),
        workflowSid: support!.sid,
      },
      customData: { serverless_functions_domain: functions },
    },
  });
  const mailbox = openMailbox(mailFolder);
  const webDir = path.join(root, 'sandbox/dist/web');
  const pages = createPages({ world, voice, mailbox, webDir, links: flex.links });
  const twiml = `<Response><Enqueue workflowSid="${support!.sid}"/></Response>`;
  app.use(createTwimlBinRouter([{ name: 'support', title: 'Support', twiml }]), pages);
  return {
    world,
    voice,
    desk: (key) => flex.desktops.find(({ sample }) => sample.key === key)!,
    telephoneUrl: `${url}/telephone`,
    functions: functionsStub,
    async close() {
      voice.close();
      pages.close();
      await Promise.all([flex.close(), server.close()]);
      functionsServer.closeAllConnections();
      await new Promise((resolve) => functionsServer.close(resolve));
    },
  };
}
