import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { VOICEMAIL_LINE } from './telephone-page';
import { firstWorkerPort } from './worker-ports';

const root = path.resolve(__dirname, '../..');
/** Only stops a start that hangs; bundling the Flex UI for the first time takes a minute on a loaded machine. */
const START_TIMEOUT_MS = 300_000;

export interface RunningProduct {
  /** Where the pages are, as `npm start` printed it. */
  url: string;
  /** Where the Flex of a sample worker is: `sam`, `ana`, `sue`, `adam`. */
  desk(key: string): { origin: string };
  /** One call of the sample message, to the voicemail line by default, as the telephone's button leaves it. */
  leaveVoicemail(caller?: 'ana' | 'ben', to?: string): Promise<void>;
  output(): string;
  stop(): Promise<void>;
}

const CALLERS = {
  // https://www.twilio.com/docs/voice/trusted-calling-with-shakenstir
  ana: { from: '+14155550123', callerName: 'Ana Ruiz', stirVerstat: 'TN-Validation-Passed-A' },
  ben: { from: '+12125550147', callerName: 'Ben Okafor' },
};

/** What `npm start` runs, from the existing build, as a separate process. */
export function startProduct(env: Record<string, string> = {}): Promise<RunningProduct> {
  const child: ChildProcess = spawn(process.execPath, ['scripts/start.mjs', '--built'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: String(firstWorkerPort()), ...env },
  });
  let output = '';
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGINT');
    await ended;
  };
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`npm start did not come up:\n${output}`)), START_TIMEOUT_MS);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const url = /Telephone\s+(http:\/\/\S+)\/telephone/.exec(output)?.[1];
      if (url === undefined || !/To stop/.test(output)) return;
      clearTimeout(timer);
      const desk = (key: string) => {
        const origin = new RegExp(`Flex, ${key}\\s+(http://\\S+)`).exec(output)?.[1];
        if (origin === undefined) throw new Error(`npm start names no Flex of ${key}:\n${output}`);
        return { origin };
      };
      const leaveVoicemail = async (caller: keyof typeof CALLERS = 'ana', to = VOICEMAIL_LINE) => {
        const answer = await fetch(`${url}/api/sample-voicemail`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ ...CALLERS[caller], to }),
        });
        if (!answer.ok) throw new Error(`The sample voicemail was not left: ${await answer.text()}`);
      };
      resolve({ url, desk, leaveVoicemail, output: () => output, stop });
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`npm start ended with ${code}:\n${output}`));
    });
  });
}
