/**
 * Builds the plugin with Twilio's own builder: `node flex-plugin/build.mjs`, or `buildPlugin()` from another script.
 * flex-plugin/src becomes flex-plugin/build/<name of the package>.js, which is what is uploaded to Flex.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { checkDeployable, flexPluginCommand } from './deployable.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const root = path.resolve(here, '..');
/** What every agent's browser has to fetch: the cards, and the supervisors' panel. */
const MAX_GZIP_BYTES = 250 * 1024;
const { name } = JSON.parse(readFileSync(path.join(here, 'package.json'), 'utf8'));
/** The file that is uploaded to Flex. */
export const PLUGIN_FILE = path.join(here, 'build', `${name}.js`);

function newest(file) {
  const { mtimeMs } = statSync(file);
  if (!statSync(file).isDirectory()) return /\.test\.tsx?$/.test(file) ? 0 : mtimeMs;
  return Math.max(0, ...readdirSync(file).map((entry) => newest(path.join(file, entry))));
}

/** True when nothing that the build reads is newer than its output: a build takes some 15 seconds. */
export function isPluginFresh() {
  if (!existsSync(PLUGIN_FILE)) return false;
  const sources = [
    'src',
    'package.json',
    'tsconfig.json',
    'webpack.config.js',
    'no-contrast-check.js',
    'no-raw-tokens.js',
    'pack-strings.js',
    'build.mjs',
  ].map((one) => path.join(here, one));
  sources.push(path.join(root, 'contract/src'), path.join(root, 'package-lock.json'));
  return statSync(PLUGIN_FILE).mtimeMs > Math.max(...sources.filter((one) => existsSync(one)).map(newest));
}

/**
 * Runs the official `flex-plugin build` (types are checked, too), without the CLI and without an account.
 * @param {{force?: boolean}} [options] `force`: also when the output is newer than its sources
 * @returns {Promise<{file: string, bytes: number, gzip: number, built: boolean}>}
 * @throws when it does not compile or is larger than an agent's browser should have to fetch
 */
export async function buildPlugin({ force = false } = {}) {
  const built = force || !isPluginFresh();
  if (built) {
    // Its types are read from what the compiler made of the contract, which a fresh clone does not have.
    const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
    const contract = spawnSync(process.execPath, [tsc, '--build', path.join(root, 'contract')], { encoding: 'utf8' });
    if (contract.status !== 0) throw new Error(`The contract could not be compiled:\n${contract.stdout}`);
    // `npm test` checks this apart from the build: checks/plugin-deployment.test.ts.
    if (process.env.PLUGIN_IS_CHECKED_APART !== '1') {
      const { ok, output: refusal } = checkDeployable();
      if (!ok) throw new Error(`Twilio's tools would not deploy the plugin:\n${refusal}`);
    }
    const script = flexPluginCommand();
    let output = '';
    const code = await new Promise((resolve) => {
      const child = spawn(process.execPath, [script, 'build'], {
        cwd: here,
        // It clears the terminal when it thinks it has one.
        env: { ...process.env, CI: 'true', TERM: 'dumb' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const keep = (part) => {
        output += part;
      };
      child.stdout.on('data', keep);
      child.stderr.on('data', keep);
      child.on('error', (error) => {
        keep(error.message);
        resolve(1);
      });
      child.on('exit', resolve);
    });
    if (code !== 0) {
      // It writes its output also when types are wrong; that must not pass for a build the next time.
      rmSync(PLUGIN_FILE, { force: true });
      throw new Error(`The plugin could not be built:\n${output}`);
    }
  }
  const file = readFileSync(PLUGIN_FILE);
  const gzip = gzipSync(file, { level: 9 }).length;
  if (gzip > MAX_GZIP_BYTES)
    throw new Error(`The plugin is ${kilobytes(gzip)} gzipped; it may be ${kilobytes(MAX_GZIP_BYTES)}.`);
  return { file: PLUGIN_FILE, bytes: file.length, gzip, built };
}

const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    const { bytes, gzip } = await buildPlugin({ force: true });
    console.log(`${name}: ${kilobytes(bytes)}, ${kilobytes(gzip)} gzipped (at most ${kilobytes(MAX_GZIP_BYTES)})`);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
