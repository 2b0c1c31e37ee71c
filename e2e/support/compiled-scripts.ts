import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { firstWorkerPort } from './worker-ports';

/**
 * What Chromium keeps in a profile of scripts: the files, and from the second load on what it compiled of them. With it,
 * the first page of the Flex UI (17 MB of scripts) costs half the CPU time. https://v8.dev/blog/code-caching-for-devs
 */
const FOLDERS = ['Cache', 'Code Cache'];
/** Of Chromium's only profile in a user data folder. */
const PROFILE = 'Default';
const store = path.resolve(__dirname, '../../.cache/compiled-scripts');
/** Scripts are kept under their address, which has the worker's port. */
const ofThisWorker = () => path.join(store, String(firstWorkerPort()));

/** Gives a new user data folder what an earlier browser of this worker compiled; nothing else of it is carried over. */
export function takeCompiledScripts(userDataDir: string): void {
  if (existsSync(ofThisWorker())) cpSync(ofThisWorker(), path.join(userDataDir, PROFILE), { recursive: true });
}

/** Keeps what the browser compiled, after it has ended. */
export function keepCompiledScripts(userDataDir: string): void {
  mkdirSync(store, { recursive: true });
  // Under another name until it is complete: a test run may end at any time.
  const copy = mkdtempSync(path.join(store, 'incomplete-'));
  for (const folder of FOLDERS) {
    const kept = path.join(userDataDir, PROFILE, folder);
    if (existsSync(kept)) cpSync(kept, path.join(copy, folder), { recursive: true });
  }
  rmSync(ofThisWorker(), { recursive: true, force: true });
  renameSync(copy, ofThisWorker());
}
