/**
 * Writes THIRD_PARTY_NOTICES.txt: every npm package inside the Functions' bundles and the Flex plugin, with its license
 * text, and every folder of the repository that holds files of others.
 *
 * `node scripts/third-party-notices.mjs`; with `--check` it fails when the file is out of date.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, shippedPackages } from './shipped-packages.mjs';

export const NOTICES_FILE = path.join(ROOT, 'THIRD_PARTY_NOTICES.txt');
const RULE = '-'.repeat(80);

/** Folders of the repository that hold files of others say so with a LICENSE file of their own. */
function vendoredFolders() {
  const tracked = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*LICENSE*'], { cwd: ROOT }).toString();
  return tracked.split('\n').filter((file) => file.includes('/') && existsSync(path.join(ROOT, file)));
}

/** @returns {Promise<string>} the text of THIRD_PARTY_NOTICES.txt */
export async function thirdPartyNotices() {
  const packages = (await Promise.all(['functions', 'plugin'].map(shippedPackages)))
    .flat()
    .sort((one, other) => one.name.localeCompare(other.name, 'en'));
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
