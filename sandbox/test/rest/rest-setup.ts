import twilio, { type Twilio } from 'twilio';
import { createRestServer, type RestOptions, type RestServer } from '../../src/rest/rest-server';
import { stubHttpClient } from '../../src/testing/stub-http-client';
import { createWorld, type SandboxWorld, type WorldOptions } from '../../src/world/world';

export const SYNC_SERVICE = `IS${'5c'.repeat(16)}`;

export interface RestSetup {
  world: SandboxWorld;
  server: RestServer;
  /** The official SDK, as a product uses it. */
  client: Twilio;
  /** The header that authenticates the account. */
  authorization: string;
  /** A request by hand, authenticated unless said otherwise; `path` begins with the host. */
  send(
    method: string,
    path: string,
    init?: { form?: Record<string, string>; headers?: Record<string, string> },
  ): Promise<Response>;
}

/** A world with its server and the SDK pointed at it. Closed by `closeAll`. */
export async function openRest(options: RestOptions & { world?: WorldOptions } = {}): Promise<RestSetup> {
  const world = createWorld({ syncServices: [SYNC_SERVICE], ...options.world });
  const server = await createRestServer(world, options);
  opened.push(server);
  const { accountSid, authToken } = world.account;
  const client = twilio(accountSid, authToken, { httpClient: stubHttpClient(server.url) });
  const send: RestSetup['send'] = (method, path, { form, headers } = {}) =>
    fetch(`${server.url}/${path}`, {
      method,
      headers: { Authorization: basic(accountSid, authToken), ...headers },
      body: form && new URLSearchParams(form),
    });
  return { world, server, client, send, authorization: basic(accountSid, authToken) };
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

/** The status, code and message of a refusal by the SDK. */
export async function refusal(work: Promise<unknown>): Promise<{ status: number; code: number; message: string }> {
  const error = await work.then(
    () => {
      throw new Error('expected a refusal');
    },
    (reason: unknown) => reason as { status: number; code: number; message: string },
  );
  return { status: error.status, code: error.code, message: error.message };
}

const opened: RestServer[] = [];

/** Closes the servers, and fails the test if one of them gave an answer that Twilio would not give. */
export async function closeAll(): Promise<void> {
  for (const server of opened.splice(0)) {
    await server.close();
    expect(server.mismatches).toEqual([]);
  }
}
