import type { AddressInfo } from 'node:net';
import express, { type Router } from 'express';
import type { CallView } from '../../src/world/types';
import { createWorld, type SandboxWorld } from '../../src/world/world';

export interface FakeWorld extends SandboxWorld {
  calls: SandboxWorld['calls'] & { put(call: Pick<CallView, 'sid'> & Partial<CallView>): void };
}

/** A world whose calls are put there by the test: mail and pages are tried without the voice engine. */
export function createFakeWorld(): FakeWorld {
  const calls = new Map<string, CallView>();
  const unset = {
    from: '',
    to: '',
    status: 'in-progress',
    direction: 'inbound',
    startTime: 0,
    dateCreated: 0,
  } as const;
  return Object.assign(createWorld(), {
    calls: {
      get: (sid: string) => calls.get(sid),
      list: () => [...calls.values()],
      put: (call: Pick<CallView, 'sid'> & Partial<CallView>) => {
        calls.set(call.sid, { ...unset, endTime: null, ...call });
      },
      create: (): CallView => {
        throw new Error('no call is made here');
      },
      update: (): CallView => {
        throw new Error('no call is updated here');
      },
    },
  });
}

export interface RouterServer {
  url: string;
  stop(): Promise<void>;
}

/** Serves routers on a free loopback port: mount path -> router. */
export async function serveRouters(routers: Record<string, Router>): Promise<RouterServer> {
  const app = express();
  for (const [path, router] of Object.entries(routers)) app.use(path, router);
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
