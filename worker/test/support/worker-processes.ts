import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { functionVariables } from '../../../e2e/support/deployed-product';
import type { Harness } from '../../../e2e/support/harness';

const MAIN = path.resolve(__dirname, '../../dist/main.js');
const SET_DATE = path.join(__dirname, 'set-date.cjs');
/** Taken before a harness replaces it: worker processes need real time. */
const realSetTimeout = setTimeout;
const POLL_MS = 50;
/** Only stops a test that hangs. */
const HANG_MS = process.env.SOAK === undefined ? 240_000 : 1_800_000;

/** What the worker's health address answers. */
interface WorkerHealth {
  status: string;
  redis?: string;
  active: number;
  waiting: number;
}

export interface WorkerProcess {
  port: number;
  health(): Promise<WorkerHealth>;
  logs(): Record<string, unknown>[];
  /** As if the machine lost its power. */
  kill(): Promise<void>;
  /** As an operator does. @returns its exit code */
  terminate(): Promise<number | null>;
}

/** Waits in real time. @throws Error when it does not come to pass */
export async function waitUntil(probe: () => boolean | Promise<boolean>, describe: () => string): Promise<void> {
  const startedAt = performance.now();
  while (!(await probe())) {
    if (performance.now() - startedAt > HANG_MS) throw new Error(`it did not come to pass: ${describe()}`);
    await new Promise<void>((resolve) => void realSetTimeout(resolve, POLL_MS));
  }
}

/**
 * Workers as processes of their own, beside a harness over HTTP. Their clocks go on from where the harness's virtual one
 * stands, and are set whenever time passes there.
 */
export function workerProcesses(harness: Harness, environment: Record<string, string>) {
  const { accountSid, authToken } = harness.world.account;
  const variables = {
    ...functionVariables({ stubUrl: harness.twilioUrl, smtpUrl: undefined }, { environment }),
    ACCOUNT_SID: accountSid,
    AUTH_TOKEN: authToken,
  };
  const running = new Set<{ child: ChildProcess; ended: Promise<number | null> }>();

  async function start(more: Record<string, string> = {}): Promise<WorkerProcess> {
    const output: string[] = [];
    const child = fork(MAIN, {
      execArgv: ['--require', SET_DATE, '--enable-source-maps'],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        PATH: process.env.PATH,
        ...variables,
        WORKER_PORT: '0',
        WORKER_LOOK_SECONDS: '1',
        WORKER_SWEEP_SECONDS: '1',
        ...more,
        TEST_NOW: String(harness.clock.now()),
      },
    });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const one = { child, ended };
    running.add(one);
    void ended.then(() => running.delete(one));
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => output.push(chunk.toString()));
    const logs = () =>
      output
        .join('')
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const started = () => logs().find(({ event }) => event === 'started');
    await waitUntil(
      () => {
        if (child.exitCode !== null) throw new Error(`the worker ended with ${child.exitCode}:\n${output.join('')}`);
        return started() !== undefined;
      },
      () => output.join(''),
    );
    const end = async (signal: NodeJS.Signals) => {
      child.kill(signal);
      return ended;
    };
    const port = Number(started()!.port);
    return {
      port,
      health: async () => (await (await fetch(`http://127.0.0.1:${port}/health`)).json()) as WorkerHealth,
      logs,
      kill: async () => void (await end('SIGKILL')),
      terminate: () => end('SIGTERM'),
    };
  }

  return {
    start,
    /** Lets virtual time pass, here and in all workers. */
    async pass(ms: number): Promise<void> {
      // Time passes once nothing is under way, and workers never rest.
      for (const { child } of running) child.kill('SIGSTOP');
      await harness.advance(ms);
      for (const { child } of running) child.kill('SIGCONT');
      const now = harness.clock.now();
      await Promise.all(
        [...running].map(({ child, ended }) =>
          Promise.race([
            ended,
            new Promise((resolve) => {
              child.once('message', resolve);
              child.send({ now }, () => undefined);
            }),
          ]),
        ),
      );
    },
    async stopAll(): Promise<void> {
      await Promise.all(
        [...running].map(({ child, ended }) => {
          child.kill('SIGKILL');
          return ended;
        }),
      );
    },
  };
}
