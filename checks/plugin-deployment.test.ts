import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** The real checks of `@twilio/flex-plugin-scripts`, which run before `twilio flex:plugins:deploy` and `:start`. */
const root = path.resolve(__dirname, '..');
const plugin = path.join(root, 'flex-plugin');

function check(folder: string) {
  const args = [path.join(plugin, 'deployable.mjs'), folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** The plugin's folder as it is, with one of its files changed. */
function checkWith(file: string, change: (text: string) => string) {
  const copy = mkdtempSync(path.join(tmpdir(), 'plugin-'));
  try {
    for (const name of ['package.json', 'tsconfig.json', 'public/appConfig.js', 'src/index.ts']) {
      mkdirSync(path.dirname(path.join(copy, name)), { recursive: true });
      cpSync(path.join(plugin, name), path.join(copy, name));
    }
    symlinkSync(path.join(plugin, 'node_modules'), path.join(copy, 'node_modules'), 'dir');
    writeFileSync(path.join(copy, file), change(readFileSync(path.join(copy, file), 'utf8')));
    return check(copy);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

test('Twilio’s tools find nothing against deploying the plugin', () => {
  expect(check(plugin)).toEqual({ status: 0, output: 'The plugin can be deployed.\n' });
});

test('Twilio’s tools refuse a second mention of the call that loads the plugin, even in a comment', () => {
  const { status, output } = checkWith('src/index.ts', (text) => `${text}// FlexPlugin.loadPlugin(…)\n`);
  expect(status).toBe(1);
  expect(output).toContain('There are 2 plugin(s)');
});

test('Twilio’s tools refuse a call that loads the plugin without its namespace', () => {
  const { status, output } = checkWith('src/index.ts', (text) => text.replace('FlexPlugin.loadPlugin', 'loadPlugin'));
  expect(status).toBe(1);
  expect(output).toMatch(/no plugin|0 plugin/i);
});

test('the plugin’s own package names the Flex UI, by which Twilio’s tools know a plugin', () => {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(path.join(plugin, 'package.json'), 'utf8'));
  expect({ ...dependencies, ...devDependencies }).toHaveProperty(['@twilio/flex-ui']);
});
