// The browser the tests drive: the one that is installed here, or one that comes as an npm package (Linux on x64 only).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './ensure-installed.mjs';

const PACKAGE = '@sparticuz/chromium';
const VERSION = '153.0.0';
/** Where browsers usually are; `CHROMIUM_PATH` names another. */
const USUAL_PLACES = JSON.parse(readFileSync(new URL('./browser-places.json', import.meta.url), 'utf8'));

/**
 * Gives the path of a browser, installing one into an ignored folder when there is none.
 * @returns {Promise<string | undefined>} undefined when none is to be had; the tests then say what to install
 */
export async function ensureBrowser() {
  const here = [process.env.CHROMIUM_PATH, ...USUAL_PLACES].find((one) => one && existsSync(one));
  if (here !== undefined) return here;
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const folder = path.join(root, '.cache/browser');
  mkdirSync(folder, { recursive: true });
  const entry = path.join(folder, 'package.json');
  if (!existsSync(path.join(folder, 'node_modules', PACKAGE))) {
    console.log('No Chromium or Chrome here; installing one for the tests (67 MB, once) ...');
    const args = [
      'install',
      '--prefix',
      folder,
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      `${PACKAGE}@${VERSION}`,
    ];
    if (spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) return undefined;
  }
  try {
    const chromium = await import(pathToFileURL(createRequire(entry).resolve(PACKAGE)).href);
    return await chromium.default.executablePath();
  } catch (error) {
    console.error(`The browser that was installed cannot be unpacked: ${error.message}`);
    return undefined;
  }
}
