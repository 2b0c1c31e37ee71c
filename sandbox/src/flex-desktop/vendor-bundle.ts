import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { BuildOptions } from 'esbuild';

/**
 * React and Flex as one classic script: the npm package leaves 237 modules to be required (docs/flex-protocols.md 1).
 */
const ENTRY = `
import * as React from 'react';
import * as ReactDOM from 'react-dom';
window.React = React.default || React;
window.ReactDOM = ReactDOM.default || ReactDOM;
window.Twilio = Object.assign(window.Twilio || {}, { Flex: require('@twilio/flex-ui') });
`;

const OPTIONS: BuildOptions = {
  bundle: true,
  minify: true,
  platform: 'browser',
  format: 'iife',
  target: 'es2020',
  // mime-types asks for node's path; several packages ask for node's `global`.
  alias: { path: 'path-browserify' },
  define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
  legalComments: 'none',
  logLevel: 'error',
};

export interface VendorBundle {
  /** The script. */
  file: string;
  /** Of @twilio/flex-ui. */
  version: string;
}

/**
 * The Flex UI of the installed npm package, bundled for a page: once for each version, then from the cache.
 * @param root the checkout, whose packages count
 * @param cacheDir an ignored folder; older bundles in it are removed
 * @throws Error when the package is not installed or does not bundle
 */
export async function bundleFlexUi(
  root: string,
  cacheDir: string,
  print: (line: string) => void = () => undefined,
): Promise<VendorBundle> {
  const requireFrom = createRequire(path.join(root, 'package.json'));
  const version = readVersion(requireFrom, '@twilio/flex-ui');
  const react = readVersion(requireFrom, 'react');
  const optionsHash = createHash('sha256')
    .update(ENTRY + JSON.stringify(OPTIONS))
    .digest('hex')
    .slice(0, 8);
  const file = path.join(cacheDir, `flex-ui-${version}-react-${react}-${optionsHash}.js`);
  if (existsSync(file)) return { file, version };
  print(`Bundling Flex UI ${version} (once; half a minute at most) ...`);
  const begun = Date.now();
  mkdirSync(cacheDir, { recursive: true });
  const { build } = requireFrom('esbuild') as typeof import('esbuild');
  // Under another name until it is complete: an interrupted build must not leave half a bundle.
  const temporaryFile = `${file}.${process.pid}.tmp`;
  try {
    await build({ ...OPTIONS, stdin: { contents: ENTRY, resolveDir: root, loader: 'js' }, outfile: temporaryFile });
    renameSync(temporaryFile, file);
  } finally {
    rmSync(temporaryFile, { force: true });
  }
  for (const name of readdirSync(cacheDir)) {
    if (name.startsWith('flex-ui-') && name.endsWith('.js') && name !== path.basename(file)) {
      rmSync(path.join(cacheDir, name), { force: true });
    }
  }
  print(`Bundled Flex UI ${version} in ${((Date.now() - begun) / 1000).toFixed(0)} s.`);
  return { file, version };
}

function readVersion(requireFrom: NodeJS.Require, name: string): string {
  const manifest = requireFrom.resolve(`${name}/package.json`);
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version;
}
