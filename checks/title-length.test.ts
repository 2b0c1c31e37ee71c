import path from 'node:path';
import { makeExample, ROOT, runNode } from './repository';

const JEST = path.join(ROOT, 'node_modules/jest/bin/jest.js');
const REPORTER = path.join(ROOT, 'scripts/jest/title-length-reporter.js');

/** Runs two projects with one passing test each; the second has this title. */
function runWithTitle(title: string) {
  const config = {
    reporters: [REPORTER],
    projects: ['a', 'b'].map((name) => ({ displayName: name, rootDir: `<rootDir>/${name}`, transform: {} })),
  };
  const folder = makeExample({
    'package.json': '{}',
    'jest.config.json': JSON.stringify(config),
    'a/a.test.js': "test('short', () => {});",
    'b/b.test.js': `test(${JSON.stringify(title)}, () => {});`,
  });
  return runNode([JEST, '--config', 'jest.config.json', '--json'], folder);
}

test('a run fails when a title has more than 100 characters', () => {
  const { status, stdout, stderr } = runWithTitle('x'.repeat(101));
  expect(stderr).toContain('Titles over 100 characters: 1');
  expect(JSON.parse(stdout)).toMatchObject({ numPassedTests: 2, success: false });
  expect(status).toBe(1);
}, 120_000);

test('a run passes when no title has more than 100 characters', () => {
  expect(runWithTitle('x'.repeat(100))).toMatchObject({ status: 0, stderr: '' });
}, 120_000);

test('every test of this repository runs with the reporter', () => {
  const { reporters } = jest.requireActual<{ reporters: string[] }>(path.join(ROOT, 'jest.config.js'));
  expect(reporters).toContain('<rootDir>/scripts/jest/title-length-reporter.js');
});
