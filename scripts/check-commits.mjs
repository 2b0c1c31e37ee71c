/**
 * Checks commit subjects: Conventional Commits (https://www.conventionalcommits.org), at most 72 characters.
 *
 * `node scripts/check-commits.mjs [RANGE]`: the commits of a range; by default all after LAST_UNCHECKED.
 * `node scripts/check-commits.mjs --message FILE`: one message, as git's `commit-msg` hook passes it.
 * Install the hook with `git config core.hooksPath .githooks`.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** The last commit made before this rule. */
const LAST_UNCHECKED = '8098b4df164fdfb82fca0e60752f94b514941290';
const MAX_LENGTH = 72;
const TYPES = ['feat', 'fix', 'perf', 'refactor', 'test', 'docs', 'build', 'ci', 'style', 'chore', 'revert'];
const FORM = new RegExp(`^(${TYPES.join('|')})(\\([a-z0-9./,-]+\\))?!?: \\S`);

/** @returns {string | undefined} what is wrong with a commit's subject */
export function subjectError(subject) {
  if (/^(Merge|Revert|fixup!|squash!) /.test(subject)) return undefined;
  if (subject.length > MAX_LENGTH) return `has ${subject.length} characters; the limit is ${MAX_LENGTH}`;
  if (!FORM.test(subject)) return `does not have the form "type(scope): summary" with one of ${TYPES.join(', ')}`;
  if (subject.endsWith('.')) return 'ends with a period';
  return undefined;
}

function subjects(args) {
  if (args[0] === '--message') {
    const message = readFileSync(args[1], 'utf8').split('\n');
    return [message.find((line) => line !== '' && !line.startsWith('#')) ?? ''];
  }
  const log = execFileSync('git', ['log', '--no-merges', '--format=%s', args[0] ?? `${LAST_UNCHECKED}..HEAD`]);
  return log
    .toString()
    .split('\n')
    .filter((line) => line !== '');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  for (const subject of subjects(process.argv.slice(2))) {
    const error = subjectError(subject);
    if (error === undefined) continue;
    console.error(`"${subject}" ${error}`);
    process.exitCode = 1;
  }
}
