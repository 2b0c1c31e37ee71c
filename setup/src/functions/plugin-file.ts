import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { BundleFile } from './bundle';

/** The built Flex plugin. */
export interface PluginFile {
  uniqueName: string;
  /** SemVer, with a part of the content's hash: another build is another version. */
  version: string;
  asset: BundleFile;
}

/** Where plugins are, as Twilio's own tools place them. */
export const PLUGINS = '/plugins/';
const MAX_BYTES = 10_000_000;

/**
 * True for a version of these contents: a number follows where the version itself is taken by another address, which
 * Twilio does not change (twilio.com/docs/flex/developer/plugins/api/plugin-version).
 */
export const isVersionOf = (released: string, version: string): boolean =>
  released === version || (released.startsWith(`${version}.`) && /^\d+$/.test(released.slice(version.length + 1)));

/**
 * Reads what `npm run build` made. The plugin is served as a public asset of the Functions: its sources are public, and it
 * holds no secret.
 * @param root the repository
 */
export function readPlugin(root: string): PluginFile {
  const { name, version: base } = JSON.parse(readFileSync(path.join(root, 'flex-plugin/package.json'), 'utf8'));
  const content = readFileSync(path.join(root, `flex-plugin/build/${name}.js`));
  // Plugins may have 10 MB (twilio.com/docs/flex/developer/plugins/plugins-resource-limits).
  if (content.length > MAX_BYTES) throw new Error(`The plugin has ${content.length} bytes, more than Flex takes`);
  // A letter before: a part of digits alone must not begin with 0 (semver.org, item 9).
  const version = `${base}-b${createHash('sha256').update(content).digest('hex').slice(0, 10)}`;
  return {
    uniqueName: name,
    version,
    asset: {
      kind: 'asset',
      path: `${PLUGINS}${name}/${version}/bundle.js`,
      visibility: 'public',
      contentType: 'application/javascript',
      content,
    },
  };
}
