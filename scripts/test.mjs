// `npm test`: lint, types, production builds, and every test; ends with the totals on one plain line.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBrowser } from './ensure-browser.mjs';
import { ensureInstalled, root } from './ensure-installed.mjs';

await ensureInstalled();
const browser = await ensureBrowser();
if (browser !== undefined) process.env.CHROMIUM_PATH = browser;
const bin = (name) => path.join(root, 'node_modules/.bin', process.platform === 'win32' ? `${name}.cmd` : name);
const run = (title, command, args) => {
  console.log(`\n== ${title}`);
  const begun = Date.now();
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  console.log(`   ${status === 0 ? 'ok' : 'FAILED'} in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  return status === 0;
};

const checks = [
  run('lint and format', bin('biome'), ['check', '--error-on-warnings', '.']),
  run('types', bin('tsc'), ['--build']),
  run('production builds', process.execPath, ['scripts/build.mjs']),
];
const results = mkdtempSync(path.join(os.tmpdir(), 'jest-results-'));
const report = path.join(results, 'results.json');
const jestOk = run('tests', process.execPath, [
  path.join(root, 'node_modules/jest/bin/jest.js'),
  // Every core: much of what the tests wait for is loopback and a telephone's real time.
  '--maxWorkers=100%',
  '--json',
  `--outputFile=${report}`,
  ...process.argv.slice(2),
]);
let passed = checks.filter(Boolean).length;
let failed = checks.length - passed;
let skipped = 0;
if (existsSync(report)) {
  const totals = JSON.parse(readFileSync(report, 'utf8'));
  passed += totals.numPassedTests;
  // A suite that could not even start has no tests to count, and is a failure all the same.
  failed += totals.numFailedTests + totals.numRuntimeErrorTestSuites;
  skipped += totals.numPendingTests + totals.numTodoTests;
}
if (!jestOk && failed === 0) failed = 1;
rmSync(results, { recursive: true, force: true });
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed === 0 ? 0 : 1);
