/** Which npm packages are inside the files that are deployed: the Functions' bundles and the Flex plugin. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
/** Provided by Twilio at run time, so not part of what ships. */
/** `msgpackr-extract`: left out of the bundles by the Functions' build.mjs. */
const PROVIDED = [
  'msgpackr-extract',
  'twilio',
  '@twilio/runtime-handler',
  '@twilio/flex-ui',
  'react',
  'react-dom',
  'redux',
  'react-redux',
];
const FEATURE = 'serverless-functions/src/functions/features/callback-and-voicemail-with-email';
const ENTRY_FOLDERS = ['studio', 'flex', 'email', 'email/events', 'media'];

/** What is deployed, and how it is bundled. */
const ARTIFACTS = {
  functions: () => [functionEntryPoints(), { platform: 'node', format: 'cjs', mainFields: ['main', 'module'] }],
  plugin: () => [
    ['flex-plugin/src/index.ts'],
    // As in the plugin's webpack.config.js.
    {
      platform: 'browser',
      format: 'iife',
      alias: { '@twilio-paste/color-contrast-utils': './flex-plugin/no-contrast-check.js' },
    },
  ],
};

const functionEntryPoints = () =>
  ENTRY_FOLDERS.flatMap((folder) =>
    readdirSync(path.join(ROOT, FEATURE, folder))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => `${FEATURE}/${folder}/${file}`),
  );

/** @returns {Promise<string[]>} the files that end up in a bundle of these entry points */
async function bundledFiles(entryPoints, options) {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints,
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'out',
    treeShaking: true,
    external: PROVIDED,
    logLevel: 'error',
    ...options,
  });
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([file]) => file),
  );
}

function packageFolder(file) {
  const parts = file.split('/');
  const at = parts.lastIndexOf('node_modules');
  if (at < 0) return undefined;
  return parts.slice(0, at + (parts[at + 1].startsWith('@') ? 3 : 2)).join('/');
}

const readManifest = (folder) => JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8'));

/** @returns {string | undefined} where a package that another one needs is installed */
function installedFolder(name, within) {
  return [`${within}/node_modules/${name}`, `node_modules/${name}`].find((folder) =>
    existsSync(path.join(ROOT, folder, 'package.json')),
  );
}

function licenseText(folder) {
  const file = readdirSync(path.join(ROOT, folder)).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return (
    file &&
    readFileSync(path.join(ROOT, folder, file), 'utf8')
      .replace(/\r/g, '')
      .trim()
  );
}

/**
 * The release of axios that the published file of mailgun.js contains, whatever is installed beside it.
 * @throws Error when a later release of mailgun.js hides it: `npm audit` does not see this copy, so people must
 */
function axiosInMailgun(folder) {
  const source = readFileSync(path.join(ROOT, folder, 'CJS/mailgun.node.cjs'), 'utf8');
  const [, version] = /\bconst \w+="(\d+\.\d+\.\d+)";function/.exec(source) ?? [];
  if (version === undefined)
    throw new Error('The release of axios inside mailgun.js is not where it was: look for it.');
  return version;
}

/** mailgun.js is published with everything that it needs inside one file, which `npm audit` cannot know. */
function inlinedInMailgun(folder) {
  const found = new Map();
  const add = (name, within) => {
    const at = installedFolder(name, within);
    if (at === undefined || found.has(name)) return;
    const installed = readManifest(at);
    const version = name === 'axios' ? axiosInMailgun(folder) : installed.version;
    found.set(name, { folder: at, name, version, license: installed.license, inlinedBy: 'mailgun.js' });
    for (const next of Object.keys(installed.dependencies ?? {})) add(next, at);
  };
  for (const name of Object.keys(readManifest(folder).dependencies ?? {})) add(name, folder);
  return [...found.values()];
}

/** Published builds of Paste contain other packages. Their debug builds name them, without a version. */
function inlinedInPaste(folder) {
  const debugBuild = path.join(ROOT, folder, 'dist/index.debug.js');
  if (!existsSync(debugBuild)) return [];
  const names = readFileSync(debugBuild, 'utf8').matchAll(/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)/g);
  return [...new Set([...names].map(([, name]) => name))].map((name) => installedFolder(name, folder)).filter(Boolean);
}

function describe(folder) {
  const { name, version, license } = readManifest(folder);
  return { folder, name, version, license };
}

/**
 * @param {'functions' | 'plugin'} artifact
 * @returns {Promise<{name: string, version: string, license: string, text?: string, folder: string,
 *   inlinedBy?: string}[]>} by name; `folder` is where it is installed, `text` its license, `inlinedBy` the package
 *   whose published file contains it
 */
export async function shippedPackages(artifact) {
  const folders = new Set((await bundledFiles(...ARTIFACTS[artifact]())).map(packageFolder));
  folders.delete(undefined);
  const inlined = new Map();
  for (const folder of folders)
    for (const at of inlinedInPaste(folder))
      if (!folders.has(at)) inlined.set(at, { ...describe(at), inlinedBy: readManifest(folder).name });
  const mailgun = [...folders].find((folder) => folder.endsWith('node_modules/mailgun.js'));
  return [
    ...[...folders].map(describe),
    ...inlined.values(),
    ...(mailgun === undefined ? [] : inlinedInMailgun(mailgun)),
  ]
    .filter(({ name }) => !name.startsWith('@callback-and-voicemail/'))
    .map((one) => ({ ...one, text: licenseText(one.folder) }))
    .sort((one, other) => one.name.localeCompare(other.name, 'en') || one.version.localeCompare(other.version, 'en'));
}
