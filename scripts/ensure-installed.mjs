// Installs what is missing, with nothing but Node and npm at hand, and says what it is doing meanwhile.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const lockFile = path.join(root, 'package-lock.json');
const modules = path.join(root, 'node_modules');
const stampFile = path.join(modules, '.installed-from');
const PROGRESS_EVERY_MS = 5_000;

const lockHash = () => createHash('sha256').update(readFileSync(lockFile)).digest('hex');

function isInstalled() {
  if (existsSync(stampFile)) return readFileSync(stampFile, 'utf8') === lockHash();
  // Installed by hand with npm: its own record is written last, so it is newer than the lock it came from.
  const record = path.join(modules, '.package-lock.json');
  return existsSync(record) && statSync(record).mtimeMs >= statSync(lockFile).mtimeMs;
}

function count() {
  if (!existsSync(modules)) return 0;
  return readdirSync(modules).reduce(
    (sum, name) => sum + (name.startsWith('@') ? readdirSync(path.join(modules, name)).length : 1),
    0,
  );
}

/** Ends the process with a clear line when Node is too old or the installation fails. */
export async function ensureInstalled() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < 20) {
    console.error(`This needs Node 20 or newer; here is ${process.version}.`);
    process.exit(1);
  }
  if (isInstalled()) return;
  const expected = Object.keys(JSON.parse(readFileSync(lockFile, 'utf8')).packages).filter((name) =>
    /^node_modules\/(@[^/]+\/)?[^/]+$/.test(name),
  ).length;
  console.log('Installing packages (once; a minute or two) ...');
  const begun = Date.now();
  const seconds = () => Math.round((Date.now() - begun) / 1000);
  const progress = setInterval(() => {
    const share = Math.min(99, Math.round((100 * count()) / expected));
    console.log(`  ${seconds()} s: ${share} %`);
  }, PROGRESS_EVERY_MS);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const code = await new Promise((resolve) => {
    const child = spawn(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit'],
      shell: process.platform === 'win32',
    });
    child.on('error', () => resolve(-1));
    child.on('exit', (status) => resolve(status ?? -1));
  });
  clearInterval(progress);
  if (code !== 0) {
    console.error('The installation failed (see above). Is the npm registry within reach? Then run this again.');
    process.exit(1);
  }
  writeFileSync(stampFile, lockHash());
  console.log(`Installed in ${seconds()} s.`);
}
