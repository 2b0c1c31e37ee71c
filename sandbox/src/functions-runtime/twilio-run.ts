import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { PLATFORM_SDK_HOOK } from './platform-sdk';

export interface TwilioRun {
  url: string;
  /** Ends it; resolves when it has gone. */
  close(): Promise<void>;
}

export interface TwilioRunOptions {
  /** The Functions project: the folder with its package.json. */
  projectDir: string;
  /** Folders relative to it, e.g. `dist/functions`. */
  functionsFolder: string;
  assetsFolder: string;
  /** All of the Functions' variables: nothing of this process's environment reaches them. */
  env: Record<string, string>;
  /** A free port. */
  port: number;
  /** A folder that version control ignores: it will hold the variables, secrets among them. */
  cacheDir: string;
  /** Path of `twilio-run`'s start script; found from `projectDir` when missing. */
  bin?: string;
  onLine?: (line: string) => void;
  /** It ended without being stopped. */
  onUnexpectedExit?: () => void;
  /** How long it may take to answer, in milliseconds (default two minutes: only what hangs is stopped). */
  startTimeoutMs?: number;
}

/** The child ends with its parent, however that one dies: the channel between them breaks. */
const EXIT_WITH_PARENT = 'data:text/javascript,process.on("disconnect",()=>process.exit(0))';
/**
 * The Functions run without the check of Twilio's signature here, so only this machine may reach them. `twilio-run` has
 * no option for the address: it listens on all of them (5.0.1, src/commands/start.ts: `app.listen(port)`).
 */
const LISTEN_ON_LOOPBACK = `data:text/javascript,${encodeURIComponent(`
  import net from 'node:net';
  const { listen } = net.Server.prototype;
  net.Server.prototype.listen = function (port, ...rest) {
    return isNaN(port) ? listen.call(this, port, ...rest) : listen.call(this, { port, host: '127.0.0.1' }, ...rest);
  };
`)}`;
const POLL_MS = 100;
const KILL_AFTER_MS = 2000;

/**
 * Starts the real `twilio-run start` as a child process and waits until it answers.
 * @throws Error with its last lines when it ends before that or does not answer in time
 */
export async function spawnTwilioRun(options: TwilioRunOptions): Promise<TwilioRun> {
  // One for each port: two at once in one checkout must not read each other's account.
  const envFile = join(options.cacheDir, `functions-${options.port}.env`);
  mkdirSync(options.cacheDir, { recursive: true });
  writeFileSync(envFile, toEnvFile(options.env), { mode: 0o600 });
  const bin = options.bin ?? require.resolve('twilio-run/bin/twilio-run.js', { paths: [options.projectDir] });
  const child = fork(
    bin,
    [
      'start',
      ...['--cwd', options.projectDir],
      ...['--functions-folder', options.functionsFolder],
      ...['--assets-folder', options.assetsFolder],
      ...['--env', envFile],
      ...['--port', String(options.port)],
      // Warm, as production mostly is: otherwise every request loads its Function again.
      '--no-fork-process',
      '--no-live',
    ],
    {
      cwd: options.projectDir,
      execArgv: ['--import', EXIT_WITH_PARENT, '--import', PLATFORM_SDK_HOOK, '--import', LISTEN_ON_LOOPBACK],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    },
  );
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 40) lines.shift();
      options.onLine?.(line);
    });
  }
  try {
    await waitUntilListening(child, options.port, options.startTimeoutMs ?? 120_000);
  } catch (error) {
    await terminate(child);
    throw new Error(`${error instanceof Error ? error.message : String(error)}\n${lines.join('\n')}`, { cause: error });
  }
  let expectedRunning = true;
  child.once('exit', () => expectedRunning && options.onUnexpectedExit?.());
  return {
    url: `http://127.0.0.1:${options.port}`,
    close: () => {
      expectedRunning = false;
      return terminate(child);
    },
  };
}

/** The dotenv 6 of twilio-run reads line by line and removes one quote at each end, without unescaping. */
function toEnvFile(env: Record<string, string>): string {
  return Object.entries(env)
    .map(([name, value]) => {
      if (/[\r\n]/.test(value)) throw new Error(`${name} holds a line break`);
      return `${name}='${value}'\n`;
    })
    .join('');
}

async function waitUntilListening(child: ChildProcess, port: number, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs;
  let exited: string | null = null;
  child.once('exit', (code, signal) => {
    exited = `twilio-run ended at once (${signal ?? code})`;
  });
  child.once('error', (error) => {
    exited = `twilio-run does not start: ${error.message}`;
  });
  while (exited === null) {
    if (await canConnect(port)) return;
    if (Date.now() > deadline) throw new Error(`twilio-run does not answer on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(exited);
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

async function terminate(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), KILL_AFTER_MS);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
