import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export type Visibility = 'public' | 'protected' | 'private';

/** One file, as a deployment has it. */
export interface BundleFile {
  kind: 'function' | 'asset';
  /** Where it is served: `/features/…/studio/voicemail`. */
  path: string;
  visibility: Visibility;
  contentType: string;
  content: Buffer;
}

/** What is deployed: the built Functions and their assets. */
export interface FunctionsBundle {
  files: readonly BundleFile[];
  /** What Twilio installs beside them. */
  dependencies: readonly { name: string; version: string }[];
  runtime: string;
  /** Of all of the above; two bundles with the same one behave alike. */
  hash: string;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'application/javascript',
  '.json': 'application/json',
  '.mp3': 'audio/mpeg',
  '.wav': 'audio/wav',
};
/** What Twilio runs Functions on (twilio.com/docs/serverless/functions-assets/functions#runtime). */
const RUNTIME = 'node22';

/**
 * Reads what `npm run build` made.
 * @param dist `serverless-functions/dist`
 * @param manifest the deployment's package.json, of which Twilio installs the dependencies
 * @param others files that are deployed with them
 */
export function readBundle(dist: string, manifest: string, others: readonly BundleFile[] = []): FunctionsBundle {
  const files = [...readFolder(dist, 'function'), ...readFolder(dist, 'asset'), ...others];
  const { dependencies: versions } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  const dependencies = Object.entries(versions).map(([name, version]) => ({ name, version }));
  const hash = createHash('sha256').update(JSON.stringify([RUNTIME, dependencies]));
  for (const { kind, path: served, visibility, content } of files)
    hash.update(`${kind} ${served} ${visibility} ${content.length}\n`).update(content);
  return { files, dependencies, runtime: RUNTIME, hash: hash.digest('hex') };
}

function readFolder(dist: string, kind: BundleFile['kind']): BundleFile[] {
  const folder = path.join(dist, `${kind}s`);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map((file) => {
      const relative = path.relative(folder, file).split(path.sep).join('/');
      const { served, visibility } = placeOf(relative, kind);
      const contentType = CONTENT_TYPES[path.extname(relative)] ?? 'application/octet-stream';
      return { kind, path: served, visibility, contentType, content: readFileSync(file) };
    });
}

/**
 * Twilio's toolkit names visibility in the file: `voicemail.protected.js` is served at `…/voicemail`, for signed requests
 * (twilio.com/docs/labs/serverless-toolkit/developing#visibility).
 * @param relative the path below `functions` or `assets`
 */
export function placeOf(relative: string, kind: BundleFile['kind']): { served: string; visibility: Visibility } {
  const [, stem = '', marker = '', extension = ''] = /^(.*?)(\.protected|\.private)?(\.\w+)$/.exec(relative) ?? [];
  const visibility = marker === '' ? 'public' : (marker.slice(1) as Visibility);
  return { served: `/${stem}${kind === 'function' ? '' : extension}`, visibility };
}
