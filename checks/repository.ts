import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

export const ROOT = path.resolve(__dirname, '..');

/** @returns the repository's files, also new ones that are not ignored; relative paths with forward slashes */
export function repositoryFiles(): string[] {
  const { stdout, status } = spawnSync('git', ['ls-files', '-co', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error('The checks read the list of files from git; this is no git work tree.');
  return stdout.split('\n').filter((file) => file !== '' && existsSync(path.join(ROOT, file)));
}

export const readText = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** Runs a Node script to its end. */
export function runNode(args: string[], cwd = ROOT): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
}

const examples: string[] = [];
afterAll(() => {
  for (const folder of examples) rmSync(folder, { recursive: true, force: true });
});

/** @returns a new folder outside the repository that holds these files, until the test file has run */
export function makeExample(files: Record<string, string>): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'checks-'));
  examples.push(folder);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  }
  return folder;
}
