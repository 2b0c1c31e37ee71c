import path from 'node:path';
import { makeExample, ROOT, repositoryFiles, runNode } from './repository';

/**
 * Callers, agents and supervisors write text of any length, so no pattern may take longer than in proportion to it.
 * `recheck` decides that from the pattern's automaton; a pattern that it cannot judge is written another way.
 */
jest.setTimeout(300_000);

function findSlowPatterns(files: string[], folder: string) {
  const { stdout, stderr } = runNode([path.join(__dirname, 'slow-patterns.mjs'), ...files], folder);
  if (stdout === '') throw new Error(stderr);
  return JSON.parse(stdout) as { patterns: number; built: number; slow: string[] };
}

test('no pattern of the product takes longer than in proportion to the length of a text', () => {
  const files = repositoryFiles().filter(
    (file) => /^(contract|serverless-functions|flex-plugin)\/src\/.*\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file),
  );
  const { patterns, built, slow } = findSlowPatterns(files, ROOT);
  expect(slow).toEqual([]);
  expect(patterns).toBeGreaterThan(100);
  expect(built).toBeGreaterThan(0);
});

test('a slow pattern is found, one that cannot be judged, and one that is built with unlimited repetition', () => {
  const folder = makeExample({
    'a.ts': ['const a = /\\s+$/;', 'const b = /(\\w)x*\\1/;', "const c = new RegExp('^x.*$');", ''].join('\n'),
  });
  expect(findSlowPatterns(['a.ts'], folder).slow).toEqual([
    "a.ts:3: built with unlimited repetition: '^x.*$'",
    'a.ts:1: 2nd degree polynomial: \\s+$',
    'a.ts:2: not decided (unsupported): (\\w)x*\\1',
  ]);
});
