import { pbkdf2 } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installVirtualClock, type VirtualClock } from '../../src/testing/virtual-clock';
import { createWorld, type SandboxWorld } from '../../src/world/world';

const START = Date.UTC(2026, 0, 5);
let world: SandboxWorld;
let clock: VirtualClock;
let server: Server;
let url: string;
/** What the server does with a request; the default answers at once. */
let serve: (path: string) => Promise<string>;

beforeEach(async () => {
  world = createWorld();
  serve = async (path) => path;
  server = createServer((request, response) => {
    const done = world.activity.begin('request', request.url ?? '');
    void serve(request.url ?? '')
      .then((body) => response.end(body))
      .finally(done);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  clock = installVirtualClock(world.activity, START);
});
afterEach(async () => {
  clock.uninstall();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const get = async (path: string) => (await fetch(url + path)).text();

it('passes only when advanced, and then exactly', async () => {
  const seen: number[] = [];
  setInterval(() => seen.push(Date.now() - START), 1000);
  setTimeout(() => seen.push(-1), 2500);
  await clock.settle();
  expect(seen).toEqual([]);
  await clock.advance(3100);
  expect(seen).toEqual([1000, 2000, -1, 3000]);
  expect(Date.now()).toBe(START + 3100);
  await clock.advance(899);
  expect(seen).toHaveLength(4);
});

it('waits for real requests and files between two timers', async () => {
  const seen: string[] = [];
  setTimeout(() => {
    void (async () => {
      const done = world.activity.begin('work', 'three requests and a file');
      for (const path of ['/a', '/b', '/c']) seen.push(await get(path));
      seen.push(`${(await readFile(__filename, 'utf8')).length > 0} at ${Date.now() - START}`);
      done();
    })();
  }, 1000);
  setTimeout(() => seen.push('later'), 1001);
  await clock.advance(2000);
  expect(seen).toEqual(['/a', '/b', '/c', 'true at 1000', 'later']);
});

it('waits for a file that is written and closed while the machine is busy', async () => {
  clock.uninstall();
  clock = installVirtualClock(world.activity, START, 'in-process');
  const directory = await mkdtemp(join(tmpdir(), 'virtual-time-'));
  const letThreadsRest = keepThreadsBusy();
  const seen: string[] = [];
  setTimeout(() => {
    const done = world.activity.begin('work', 'a file');
    void writeFile(join(directory, 'file'), 'text').then(() => {
      seen.push(`written at ${Date.now() - START}`);
      done();
    });
  }, 1000);
  setTimeout(() => seen.push('later'), 1001);
  await clock.advance(2000);
  letThreadsRest();
  await rm(directory, { recursive: true });
  expect(seen).toEqual(['written at 1000', 'later']);
});

it('passes for what waits for it: a back-off inside a request, and the request after it', async () => {
  let tries = 0;
  serve = async (path) => {
    if (path !== '/outer') return path;
    for (; tries < 3; tries += 1) {
      await get('/inner');
      await sleep(2000);
    }
    return `${Date.now() - START}`;
  };
  const answer = get('/outer');
  await clock.advance(6000);
  expect(await answer).toBe('6000');
});

it('passes while a request is unanswered, until its client gives up', async () => {
  serve = (path) => {
    if (path === '/never') {
      world.activity.hold(path);
      return new Promise(() => undefined);
    }
    const aborter = new AbortController();
    setTimeout(() => aborter.abort(), 3500);
    return fetch(`${url}/never`, { signal: aborter.signal }).then(
      () => 'answered',
      () => `gave up at ${Date.now() - START}`,
    );
  };
  const answer = get('/asks');
  await clock.advance(3499);
  await clock.advance(1);
  expect(await answer).toBe('gave up at 3500');
});

it('runs until something is so', async () => {
  let ready = false;
  setTimeout(() => {
    void get('/x').then(() => {
      ready = true;
    });
  }, 90_000);
  await clock.runUntil(() => ready, 100_000);
  expect(Date.now()).toBe(START + 90_000);
  await expect(clock.runUntil(() => false, 1000)).rejects.toThrow('did not happen within 1000 ms');
});

it('gives the real time back', async () => {
  clock.uninstall();
  expect(Date.now()).not.toBe(START);
  clock = installVirtualClock(world.activity, START);
});

/** Occupies the threads that also read and write files. @returns a function that ends it */
function keepThreadsBusy(): () => void {
  let isBusy = true;
  const work = () => {
    if (isBusy) pbkdf2('password', 'salt', 10_000, 64, 'sha512', work);
  };
  for (let n = 0; n < 8; n += 1) work();
  return () => {
    isBusy = false;
  };
}
