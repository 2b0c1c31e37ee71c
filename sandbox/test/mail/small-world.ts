import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import express, { type Router } from 'express';
import type { CallView, StoryLine, Task, World } from '../../src/world/types';

export interface SmallWorld extends World {
  calls: World['calls'] & { put(call: Pick<CallView, 'sid'> & Partial<CallView>): void };
  tasks: World['tasks'] & { put(task: Partial<Task> & Pick<Task, 'sid'>): void };
}

/** The part of a world that mail and pages touch, so that their tests do not depend on the rooms beside them. */
export function smallWorld(): SmallWorld {
  const lines: StoryLine[] = [];
  const hearers = new Set<(line: StoryLine) => void>();
  const calls = new Map<string, CallView>();
  const tasks = new Map<string, Task>();
  const taskHearers = new Set<(event: 'created', task: Task) => void>();
  const world = {
    story: {
      tell(line: Omit<StoryLine, 'id' | 'at' | 'level'> & { level?: StoryLine['level'] }) {
        const told: StoryLine = { level: 'info', ...line, id: lines.length + 1, at: Date.now() };
        lines.push(told);
        for (const hear of hearers) hear(told);
      },
      lines: () => lines,
      subscribe(hear: (line: StoryLine) => void) {
        hearers.add(hear);
        return () => hearers.delete(hear);
      },
    },
    newSid: (prefix: string) => prefix + randomBytes(16).toString('hex'),
    calls: {
      get: (sid: string) => calls.get(sid),
      list: () => [...calls.values()],
      put: (call: CallView) => calls.set(call.sid, { ...call, endTime: call.endTime ?? null }),
    },
    tasks: {
      list: () => [...tasks.values()],
      put(task: Task) {
        tasks.set(task.sid, task);
        for (const hear of taskHearers) hear('created', task);
      },
      subscribe(hear: (event: 'created', task: Task) => void) {
        taskHearers.add(hear);
        return () => taskHearers.delete(hear);
      },
    },
  };
  return world as unknown as SmallWorld;
}

export interface Listening {
  url: string;
  stop(): Promise<void>;
}

/** Serves routers on a free loopback port: mount path -> router. */
export async function listenOn(routers: Record<string, Router>): Promise<Listening> {
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
