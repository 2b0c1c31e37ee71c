// flex-plugin-scripts reads <plugin>/node_modules/{react,react-dom,@twilio/flex-ui}/package.json literally; npm
// workspaces hoist them to the root. So the literal paths point at the hoisted ones (docs/flex-protocols.md 8).
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const require = createRequire(import.meta.url);

/** Makes the links that are missing; they are ignored by git and removed by `npm ci`. */
export function linkDependencies() {
  for (const name of ['react', 'react-dom', '@twilio/flex-ui']) {
    const link = path.join(here, 'node_modules', ...name.split('/'));
    if (existsSync(link)) continue;
    // A link whose target has gone is in the way of a new one.
    if (lstatSync(link, { throwIfNoEntry: false })) rmSync(link);
    const target = path.dirname(createRequire(path.join(here, '..', 'package.json')).resolve(`${name}/package.json`));
    mkdirSync(path.dirname(link), { recursive: true });
    symlinkSync(path.relative(path.dirname(link), target), link, process.platform === 'win32' ? 'junction' : 'dir');
  }
  return require.resolve('@twilio/flex-plugin-scripts/package.json');
}
