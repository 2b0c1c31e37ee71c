/**
 * What Twilio's tools check before they build, start or deploy a plugin, without an account:
 * `node flex-plugin/deployable.mjs [folder of the plugin]`.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { linkDependencies } from './link-deps.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const CHECKS = ['pre-script-check', 'pre-start-check'];

/** Twilio's `flex-plugin` command; the packages that it reads by literal paths are in place. */
export function flexPluginCommand() {
  const scripts = linkDependencies();
  const { bin } = JSON.parse(readFileSync(scripts, 'utf8'));
  return path.join(path.dirname(scripts), typeof bin === 'string' ? bin : bin['flex-plugin']);
}

/**
 * Runs the checks of @twilio/flex-plugin-scripts on a plugin's folder.
 * @returns {{ok: boolean, output: string}} what the first failed check said
 */
export function checkDeployable(pluginDir = here) {
  const command = flexPluginCommand();
  // They remember plugins in the home folder, and look there for the Twilio CLI and its plugin for Flex.
  const home = mkdtempSync(path.join(tmpdir(), 'flex-plugin-'));
  mkdirSync(path.join(home, '.twilio-cli'));
  writeFileSync(path.join(home, '.twilio-cli/package.json'), JSON.stringify({ dependencies: {} }));
  try {
    for (const check of CHECKS) {
      const { status, stdout, stderr } = spawnSync(process.execPath, [command, check], {
        cwd: pluginDir,
        encoding: 'utf8',
        env: { ...process.env, CI: 'true', TERM: 'dumb', HOME: home, USERPROFILE: home },
      });
      if (status !== 0) return { ok: false, output: `${check}: ${stdout}${stderr}`.trim() };
    }
    return { ok: true, output: '' };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { ok, output } = checkDeployable(process.argv[2]);
  console.log(ok ? 'The plugin can be deployed.' : output);
  process.exitCode = ok ? 0 : 1;
}
