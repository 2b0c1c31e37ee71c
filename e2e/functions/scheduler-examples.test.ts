import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { OUTBOX_TOKEN } from '../support/deployed-product';
import { closeHarnesses, type Harness, openHarnessOverHttp } from '../support/harness';

/** The examples of schedulers in docs/examples/, run against the Functions as they are. */
const examples = path.resolve(__dirname, '../../docs/examples');
const MINUTE = 60_000;

afterEach(closeHarnesses);

interface Ended {
  status: number | null;
  output: string;
}

/** Runs a script to its end. Not synchronously: the Functions that it calls run in this process. */
function runScript(args: string[], env: Record<string, string>): Promise<Ended> {
  const child = spawn('sh', args, { env: { PATH: process.env.PATH!, ...env } });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, output }));
  });
}

/** As somebody installs it: with a file of settings that only its user can read. */
async function runCronScript(functionsUrl: string, token: string): Promise<Ended> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'scheduler-'));
  const settings = path.join(folder, 'scheduler.env');
  writeFileSync(settings, `FUNCTIONS_URL=${functionsUrl}\nOUTBOX_TOKEN=${token}\n`);
  chmodSync(settings, 0o600);
  try {
    return await runScript([path.join(examples, 'run-outbox.sh')], { SETTINGS_FILE: settings });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What the step of the workflow runs, as GitHub takes it out of the file. */
function workflowScript(): string {
  const [, indentation = '', script = ''] =
    /^( +)run: \|\n([\s\S]+)/m.exec(readFileSync(path.join(examples, 'run-outbox.yml'), 'utf8')) ?? [];
  return script.replace(new RegExp(`^ {${indentation.length + 2}}`, 'gm'), '');
}

const runWorkflow = (functionsUrl: string, token: string) =>
  runScript(['-e', '-c', workflowScript()], { FUNCTIONS_URL: functionsUrl, OUTBOX_TOKEN: token });

async function openWithMailThatWaits(): Promise<Harness> {
  const harness = await openHarnessOverHttp();
  harness.faults.mail({ when: 'before-body', status: 503, times: 1 });
  await harness.leaveVoicemail();
  await harness.advance(30 * MINUTE);
  expect(await harness.mails()).toEqual([]);
  return harness;
}

describe.each([
  ['the script for cron', runCronScript],
  ['the step of the GitHub workflow', runWorkflow],
])('%s', (_name, run) => {
  test('sends the mail that waits', async () => {
    const harness = await openWithMailThatWaits();
    const { status, output } = await run(harness.functionsUrl!, OUTBOX_TOKEN);
    expect([status, JSON.parse(output)]).toEqual([0, expect.objectContaining({ failed: 0 })]);
    expect(await harness.mails()).toHaveLength(1);
  });

  test('with a wrong token, fails and says so without the token', async () => {
    const harness = await openHarnessOverHttp();
    const { status, output } = await run(harness.functionsUrl!, 'w'.repeat(32));
    expect(status).not.toBe(0);
    expect(output).toContain('401');
    expect(output).not.toContain('wwww');
  });
});
