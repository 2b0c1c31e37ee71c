// Installs the packages when they are missing, with nothing but Node and npm, and shows the progress.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const lockFile = path.join(root, 'package-lock.json');
const modules = path.join(root, 'node_modules');
const stampFile = path.join(modules, '.installed-from');
const PROGRESS_INTERVAL_MS = 5_000;
const MIN_NODE_MAJOR = 20;

const lockHash = () => createHash('sha256').update(readFileSync(lockFile)).digest('hex');

function isInstalled() {
  if (existsSync(stampFile)) return readFileSync(stampFile, 'utf8') === lockHash();
  // After `npm ci` by hand: npm writes its own record last, so it is newer than the lock file it was made from.
  const record = path.join(modules, '.package-lock.json');
  return existsSync(record) && statSync(record).mtimeMs >= statSync(lockFile).mtimeMs;
}

/** Folders of all packages that npm will install here, including nested ones; packages of other platforms left out. */
function expectedPackages() {
  const { packages } = JSON.parse(readFileSync(lockFile, 'utf8'));
  const runsHere = ({ os, cpu, libc }) =>
    (os === undefined || os.includes(process.platform)) &&
    (cpu === undefined || cpu.includes(process.arch)) &&
    (libc === undefined || libc.includes('glibc'));
  return Object.entries(packages)
    .filter(([folder, entry]) => folder.includes('node_modules/') && !entry.link && runsHere(entry))
    .map(([folder]) => path.join(root, folder));
}

/** npm creates all folders first, so a package counts once its package.json is unpacked. */
const countInstalled = (folders) => folders.filter((folder) => existsSync(path.join(folder, 'package.json'))).length;

/** npm checks the whole lock file before it unpacks anything, which takes about half of the time. */
function describeProgress(count, expected) {
  if (count === 0) return 'npm is checking the lock file';
  return count < expected ? `${count} of ${expected} packages` : 'linking and running install scripts';
}

/** Ends the process with a clear message when Node is too old or the installation fails. */
export async function ensureInstalled() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major < MIN_NODE_MAJOR) {
    console.error(`Node ${MIN_NODE_MAJOR} or newer is required; this is ${process.version}.`);
    process.exit(1);
  }
  if (isInstalled()) return;
  const folders = expectedPackages();
  console.log(`Installing ${folders.length} packages (first run only) ...`);
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const progress = setInterval(() => {
    console.log(`  ${String(seconds()).padStart(3)} s: ${describeProgress(countInstalled(folders), folders.length)}`);
  }, PROGRESS_INTERVAL_MS);
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
    console.error(
      'The installation failed (see above). Check that the npm registry can be reached, then run this again.',
    );
    process.exit(1);
  }
  writeFileSync(stampFile, lockHash());
  console.log(`Installed in ${seconds()} s.`);
}
