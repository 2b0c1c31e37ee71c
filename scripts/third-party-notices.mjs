/**
 * Writes THIRD_PARTY_NOTICES.txt: every npm package inside the Functions' bundles and the Flex plugin, with its license
 * text, and every folder of the repository that holds files of others.
 *
 * `node scripts/third-party-notices.mjs`; with `--check` it fails when the file is out of date.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'esbuild';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const NOTICES_FILE = path.join(root, 'THIRD_PARTY_NOTICES.txt');
const RULE = '-'.repeat(80);
/** Provided by Twilio at run time, so not part of what ships. */
const PROVIDED = ['twilio', '@twilio/runtime-handler', '@twilio/flex-ui', 'react', 'react-dom', 'redux', 'react-redux'];
const ENTRY_FOLDERS = ['studio', 'flex', 'email', 'media'];

/** @returns {Promise<string[]>} the files that end up in a bundle of these entry points */
async function bundledFiles(entryPoints, options) {
  const { metafile } = await build({
    absWorkingDir: root,
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

function licenseText(folder) {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  return file === undefined ? undefined : readFileSync(path.join(folder, file), 'utf8').replace(/\r/g, '').trim();
}

/** Some published files contain other packages. Paste's debug builds name them; mailgun.js inlines all it needs. */
function inlinedPackages(folder) {
  const { name, dependencies = {} } = readManifest(folder);
  if (name === 'mailgun.js') return Object.keys(dependencies);
  const debugBuild = path.join(root, folder, 'dist/index.debug.js');
  if (!existsSync(debugBuild)) return [];
  const names = readFileSync(debugBuild, 'utf8').matchAll(/node_modules\/((?:@[\w.-]+\/)?[\w.-]+)/g);
  return [...new Set([...names].map(([, inlined]) => inlined))];
}

/** @returns {string | undefined} where a package that another one needs is installed */
function installedFolder(name, within) {
  return [`${within}/node_modules/${name}`, `node_modules/${name}`].find((folder) =>
    existsSync(path.join(root, folder, 'package.json')),
  );
}

const readManifest = (folder) => JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));

async function shippedPackages() {
  const feature = 'serverless-functions/src/functions/features/callback-and-voicemail-with-email';
  const functions = ENTRY_FOLDERS.flatMap((folder) =>
    readdirSync(path.join(root, feature, folder))
      .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
      .map((file) => `${feature}/${folder}/${file}`),
  );
  const files = await Promise.all([
    bundledFiles(functions, { platform: 'node', format: 'cjs', mainFields: ['main', 'module'] }),
    bundledFiles(['flex-plugin/src/index.ts'], { platform: 'browser', format: 'iife' }),
  ]);
  const folders = new Set(files.flat().map(packageFolder));
  folders.delete(undefined);
  for (const folder of [...folders]) {
    for (const name of inlinedPackages(folder)) folders.add(installedFolder(name, folder));
  }
  folders.delete(undefined);
  return [...folders]
    .map((folder) => {
      const { name, version, license } = readManifest(folder);
      return { name, version, license, text: licenseText(path.join(root, folder)) };
    })
    .filter(({ name }) => !name.startsWith('@callback-and-voicemail/'))
    .sort((one, other) => one.name.localeCompare(other.name, 'en') || one.version.localeCompare(other.version, 'en'));
}

/** Folders of the repository that hold files of others say so with a LICENSE file of their own. */
function vendoredFolders() {
  const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*LICENSE*'], { cwd: root }).toString();
  return tracked.split('\n').filter((file) => file.includes('/') && existsSync(path.join(root, file)));
}

/** @returns {Promise<string>} the text of THIRD_PARTY_NOTICES.txt */
export async function thirdPartyNotices() {
  const packages = await shippedPackages();
  const byText = new Map();
  for (const { name, version, license, text } of packages) {
    const key = text ?? `${license} (the package has no license file)`;
    byText.set(key, (byText.get(key) ?? new Set()).add(`${name} ${version} (${license})`));
  }
  const vendored = vendoredFolders();
  return [
    'Third-party notices\n',
    'Written by scripts/third-party-notices.mjs. These packages are inside the files that are deployed.\n',
    ...[...byText].map(([text, names]) => `${RULE}\n${[...names].join('\n')}\n${RULE}\n\n${text}\n`),
    ...(vendored.length === 0
      ? []
      : [`${RULE}\nLicenses of files of others in this repository\n${RULE}\n\n${vendored.join('\n')}\n`]),
  ].join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const notices = await thirdPartyNotices();
  if (!process.argv.includes('--check')) writeFileSync(NOTICES_FILE, notices);
  else if (readFileSync(NOTICES_FILE, 'utf8') !== notices) {
    console.error('THIRD_PARTY_NOTICES.txt is out of date. Run: node scripts/third-party-notices.mjs');
    process.exitCode = 1;
  }
}
