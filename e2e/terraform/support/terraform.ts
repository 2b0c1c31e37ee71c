import { execFile, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '../../..');
export const TERRAFORM = path.join(ROOT, 'infra-as-code/terraform');
export const ENVIRONMENT = 'environments/default';
export const MODULE = 'modules/callback-and-voicemail-with-email';
/** What is no part of the repository: the account of whoever runs the tests. */
const OF_A_PERSON = /^\.terraform|\.tfstate|^local\.tfvars$|^saved\.plan$/;
const INSTALL = 'https://developer.hashicorp.com/terraform/install';

/** Why these tests cannot run here, in one line; undefined when they can. */
function missingTerraform(): string | undefined {
  const { error } = spawnSync('terraform', ['version'], { env: { ...process.env, CHECKPOINT_DISABLE: '1' } });
  return error === undefined ? undefined : `These tests run terraform, which is not installed here. Get it: ${INSTALL}`;
}

/** Tests that run terraform. Without it, one test fails and says how to get it; nothing is skipped (ADR 0137). */
export function describeTerraform(title: string, tests: () => void): void {
  const problem = missingTerraform();
  describe(title, () => {
    if (problem === undefined) return tests();
    test('terraform is installed', () => {
      throw new Error(problem);
    });
  });
}

/** A change as `plan -json` and `apply -json` sum it up. */
export interface Changes {
  add: number;
  change: number;
  import: number;
  remove: number;
}
export interface Run {
  status: number | null;
  /** What a person would read. */
  output: string;
}

/**
 * Builds the stand-in of the provider.
 * @returns the variables that let terraform use it, and nothing else
 */
export function buildProvider(): Record<string, string> {
  const outDir = temporaryFolder();
  const script = `import('./sandbox/build-terraform-provider.mjs')
    .then(async ({ buildTerraformProvider }) => console.log(JSON.stringify(await buildTerraformProvider({ outDir: process.argv[1] }))))`;
  const { stdout, stderr, status } = spawnSync(process.execPath, ['-e', script, outDir], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, string>;
}

const folders: string[] = [];
function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'terraform-'));
  folders.push(folder);
  return folder;
}
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A copy of `infra-as-code/` outside the repository, with the credentials of an account that is played at `stubUrl`. */
export class WorkingCopy {
  readonly folder = temporaryFolder();

  constructor(private readonly environment: Record<string, string>) {
    const filter = (file: string) => !OF_A_PERSON.test(path.basename(file));
    cpSync(path.join(ROOT, 'infra-as-code'), this.folder, { recursive: true, filter });
  }

  path(...parts: string[]): string {
    return path.join(this.folder, 'terraform', ...parts);
  }

  write(file: string, text: string): void {
    writeFileSync(this.path(file), text);
  }

  /** Runs one command in a folder of the copy, by default the environment's. */
  run(words: string[], folder = ENVIRONMENT): Promise<Run> {
    // Without the variables of whoever runs the tests: they may have an account.
    const { PATH, HOME } = process.env;
    const env = { PATH, HOME, CHECKPOINT_DISABLE: '1', TF_CLI_ARGS: '-no-color', ...this.environment };
    return new Promise((resolve, reject) => {
      const options = { cwd: this.path(folder), env, maxBuffer: 64 * 1024 * 1024 };
      const child = execFile('terraform', words, options, (error, stdout, stderr) => {
        if (child.exitCode === null) return reject(error);
        resolve({ status: child.exitCode, output: `${stdout}${stderr}` });
      });
    });
  }

  /** As `run`; throws with what terraform said when it fails. */
  async succeed(words: string[], folder?: string): Promise<string> {
    const { status, output } = await this.run(words, folder);
    if (status !== 0) throw new Error(`terraform ${words.join(' ')} ended with ${status}:\n${output}`);
    return output;
  }

  /** Plans or applies, and sums up what changed. */
  async changes(command: 'plan' | 'apply' | 'destroy', ...words: string[]): Promise<Changes> {
    const approve = command === 'plan' ? [] : ['-auto-approve'];
    const lines = await this.succeed([
      command,
      '-json',
      '-input=false',
      '-var-file=local.tfvars',
      ...approve,
      ...words,
    ]);
    const summaries = lines
      .split('\n')
      .filter((line) => line.includes('"change_summary"'))
      .map((line) => (JSON.parse(line) as { changes: Changes }).changes);
    const { add, change, remove, import: imported } = summaries.at(-1)!;
    return { add, change, import: imported, remove };
  }

  state(): string {
    return readFileSync(this.path(ENVIRONMENT, 'terraform.tfstate'), 'utf8');
  }
}
