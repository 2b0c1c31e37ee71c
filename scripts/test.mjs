// `npm test`, `npm run test:unit`, `npm run test:soak`. Ends with one plain line of totals.
// Options other than --unit, --soak and --record-durations go to Jest: `npm test -- --seed=123`.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBrowser } from './ensure-browser.mjs';
import { ensureInstalled, root } from './ensure-installed.mjs';
import { ensureNode22, TWILIO_NODE_MAJOR } from './ensure-node22.mjs';

const OWN_OPTIONS = ['--unit', '--soak', '--record-durations'];
const [unitOnly, soak, recordDurations] = OWN_OPTIONS.map((option) => process.argv.includes(option));
// `--seed 123` as `--seed=123`.
const jestOptions = process.argv
  .slice(2)
  .join('\n')
  .replace(/^--seed\n(?=\d+$)/m, '--seed=')
  .split('\n')
  .filter((option) => option !== '' && !OWN_OPTIONS.includes(option));
const UNIT_PROJECTS = ['contract', 'functions', 'sandbox', 'pages', 'plugin', 'docs', 'scripts'];
const BROWSER_PROJECTS = ['browser', 'plugin-in-flex'];
/** The end-to-end tests of the Functions, in parts, which either lane takes as soon as it is free. */
const SHARDS = 4;
/** What runs on the Node that Twilio runs: the Functions' unit tests, and some of their end-to-end tests again. */
const NODE_22_TESTS = [
  'serverless-functions/',
  'e2e/functions/leave-voicemail',
  'e2e/functions/callbacks',
  'e2e/functions/webhook-signature',
];
const SOAK_TESTS = [
  'e2e/functions/random-callers/',
  'e2e/functions/fault-matrix/',
  'e2e/functions/many-voicemails',
  'worker/test/worker',
  'e2e/functions/random-clicks',
  'e2e/functions/hostile-input',
  'e2e/card-gallery',
  'e2e/email-panel-gallery',
  'serverless-functions/src/numbers/callback-number',
];
/**
 * Jest's workers keep most objects for the length of one test. With V8's default of 16 MB for new objects, tests in
 * jsdom spend a tenth of their time collecting garbage. https://nodejs.org/api/cli.html#--max-semi-space-sizesize-in-mib
 */
const JEST_NODE_OPTIONS = '--max-semi-space-size=64';
const DURATIONS_FILE = path.join(root, 'scripts/jest/test-durations.json');

const reports = mkdtempSync(path.join(os.tmpdir(), 'test-reports-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
const durations = {};
const parts = [];
const running = new Set();
let stopped = false;
const seed = jestOptions.find((option) => option.startsWith('--seed='))?.slice('--seed='.length) ?? randomInt(2 ** 31);
const bin = (name) => path.join(root, 'node_modules', ...name.split('/'));
const node = (script, ...args) => [process.execPath, script, ...args];

/**
 * Runs one command and measures it.
 * @param {{ quiet?: boolean, env?: Record<string, string>, yields?: boolean }} [options] `quiet` prints the output only
 *   when it fails; with `yields`, others go first
 * @returns {Promise<boolean>} whether it succeeded
 */
function run(title, [command, ...args], { quiet = false, env = {}, yields = false } = {}) {
  if (!quiet) console.log(`\n== ${title}`);
  const startedAt = Date.now();
  let output = '';
  let cpuSeconds = Number.NaN;
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(root, 'scripts/measure-cpu.mjs'), command, ...args], {
      cwd: root,
      env: { ...process.env, ...(yields && { YIELD_TO_OTHERS: '1' }), ...env },
      stdio: ['ignore', quiet ? 'pipe' : 'inherit', quiet ? 'pipe' : 'inherit', 'ipc'],
    });
    running.add(child);
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk) => {
        output += chunk;
      });
    child.on('message', (message) => {
      cpuSeconds = message.cpuSeconds;
    });
    child.on('close', (status) => {
      running.delete(child);
      const wallSeconds = (Date.now() - startedAt) / 1000;
      parts.push({ title, wallSeconds, cpuSeconds });
      const wasStopped = stopped && status !== 0;
      if (status !== 0 && quiet && !wasStopped) console.log(output);
      const failure = wasStopped ? 'stopped' : 'FAILED';
      console.log(`== ${title}: ${status === 0 ? 'ok' : failure} in ${wallSeconds.toFixed(1)} s`);
      resolve(status === 0);
    });
  });
}

/** Fails fast: what else runs is stopped, and does not count as failed. */
async function stopOthersOnFailure(step) {
  const ok = await step;
  if (!ok) {
    stopped = true;
    for (const child of running) child.kill('SIGTERM');
  }
  return ok;
}

for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'])
  process.on(signal, () => {
    for (const child of running) child.kill(signal);
    process.exit(1);
  });

/** A step that passes or fails as a whole counts as one test. */
async function check(title, command, env) {
  const ok = await run(title, command, { quiet: true, env });
  if (!stopped) totals[ok ? 'passed' : 'failed'] += 1;
  return ok;
}

async function jest(title, selection, { nodePath = process.execPath, workers = '100%', env, yields } = {}) {
  const report = path.join(reports, `${parts.length}-${Date.now()}.json`);
  const args = [
    bin('jest/bin/jest.js'),
    `--maxWorkers=${workers}`,
    `--seed=${seed}`,
    '--json',
    `--outputFile=${report}`,
    ...selection,
    ...jestOptions.filter((option) => !option.startsWith('--seed=')),
  ];
  const nodeOptions = `${process.env.NODE_OPTIONS ?? ''} ${JEST_NODE_OPTIONS}`.trim();
  const ok = await run(title, [nodePath, ...args], { env: { ...env, NODE_OPTIONS: nodeOptions }, yields });
  let failed = 0;
  if (existsSync(report)) {
    const results = JSON.parse(readFileSync(report, 'utf8'));
    // A file that could not start has no tests, but counts as a failure.
    failed = results.numFailedTests + results.numRuntimeErrorTestSuites;
    totals.passed += results.numPassedTests;
    totals.skipped += results.numPendingTests + results.numTodoTests;
    for (const { name, startTime, endTime } of results.testResults)
      durations[path.relative(root, name).replaceAll(path.sep, '/')] = endTime - startTime;
  }
  if (!stopped) totals.failed += ok ? failed : Math.max(failed, 1);
  return ok;
}

const projects = (names) => ['--selectProjects', ...names];
/** Named by their option: after `--selectProjects`, bare paths would count as further projects. */
const paths = (patterns) => ['--testPathPatterns', ...patterns];
const biome = () =>
  check('lint and format', node(bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings', '.'));
const types = () => check('types', node(bin('typescript/bin/tsc'), '--build'));
/** Nothing is checked a second time: the types were before it, and `checks` asks Twilio's tools about the plugin. */
const builds = () =>
  check('builds', node('scripts/build.mjs'), { PLUGIN_TYPES_ARE_CHECKED: '1', PLUGIN_IS_CHECKED_APART: '1' });
const unit = () => jest('unit tests', projects(UNIT_PROJECTS));
/** Beside the browser's tests. The Functions' tests are left to the Node that Twilio runs, where it is to be had. */
const unitBesideBrowser = (nodePath) => {
  const names = UNIT_PROJECTS.filter((name) => nodePath === undefined || name !== 'functions');
  return jest('unit tests', projects(names), { workers: 1, yields: true });
};
/**
 * Mail through a server that others wrote. Only root may start it with a configuration of its own, and .ci/run installs it:
 * elsewhere, our own server in the unit tests speaks the protocol.
 */
const mailServer = () => jest('mail through Exim', projects(['mail-server']), { workers: 1 });
/** With the built product, which is deployed to a new account. */
const setup = () => jest('tests of the set-up', projects(['setup']), { workers: 1, yields: true });
/** Without `terraform` these fail, and say where to get it. */
const terraform = () => jest('Terraform', projects(['terraform']), { workers: 1, yields: true });
const hasMailServer = process.getuid?.() === 0 && existsSync('/usr/sbin/exim4');
const checks = () => jest('checks of the repository', projects(['checks']), { workers: 1, yields: true });
/**
 * The products that the browser's tests drive run in real time, with the real deadlines: more workers than cores, and
 * requests end with 502. The other tests, beside these, take what time is left over.
 */
const browserTests = () => jest('tests in the browser', projects(BROWSER_PROJECTS), { workers: os.cpus().length });
/** Processes of their own, beside a Redis: in real time, but for what is due. */
const workerTests = () => jest('tests of the worker', projects(['worker']), { workers: 1 });
const functionsTests = (shard, yields) =>
  jest(
    `end-to-end tests of the Functions, ${shard} of ${SHARDS}`,
    [`--shard=${shard}/${SHARDS}`, ...projects(['e2e'])],
    { workers: 1, yields },
  );

async function runAll() {
  console.log(`Seed ${seed}. To repeat this selection of random tests: npm test -- --seed=${seed}`);
  if (unitOnly) return unit();
  const browser = await ensureBrowser();
  if (browser !== undefined) process.env.CHROMIUM_PATH = browser;
  if (soak) {
    if (!(await types()) || !(await builds())) return false;
    return jest('soak', [...projects(['functions', 'e2e', 'worker', 'browser']), ...paths(SOAK_TESTS)], {
      env: { SOAK: '1' },
    });
  }
  const inSeries = async (...steps) => {
    for (const step of steps) if (stopped || !(await stopOthersOnFailure(step()))) return false;
    return true;
  };
  const shards = Array.from({ length: SHARDS }, (_, n) => n + 1);
  const takeShards = async ({ yields }) => {
    while (shards.length > 0) if (!(await inSeries(() => functionsTests(shards.shift(), yields)))) return false;
    return true;
  };
  const nodePath = await twiliosNode();
  // The plugin's build reads the types that `tsc --build` writes, so these run in series. Tests in a browser wait for
  // time to pass, so the other tests run beside them.
  const built = inSeries(types, builds);
  const done = await Promise.all([
    built.then((ok) => ok && inSeries(browserTests, () => takeShards({ yields: false }))),
    inSeries(
      biome,
      () => unitBesideBrowser(nodePath),
      checks,
      terraform,
      ...(hasMailServer ? [mailServer] : []),
      () => built,
      setup,
      workerTests,
      ...(nodePath === undefined ? [] : [() => onTwiliosNode(nodePath)]),
      () => takeShards({ yields: true }),
    ),
  ]);
  return done.every(Boolean);
}

/** @returns {Promise<string | undefined>} undefined when this Node is of that version already, or it is not to be had */
async function twiliosNode() {
  if (process.versions.node.startsWith(`${TWILIO_NODE_MAJOR}.`)) {
    console.log(`\nAll of this runs on Node ${TWILIO_NODE_MAJOR}, the version that Twilio runs.`);
    return undefined;
  }
  const nodePath = await ensureNode22();
  if (nodePath === undefined) {
    console.log(`\nNOT RUN: the Functions' tests on Node ${TWILIO_NODE_MAJOR}, which Twilio runs (see above).`);
    totals.skipped += 1;
  }
  return nodePath;
}

const onTwiliosNode = (nodePath) =>
  jest(`the Functions on Node ${TWILIO_NODE_MAJOR}`, [...projects(['functions', 'e2e']), ...paths(NODE_22_TESTS)], {
    nodePath,
    workers: 1,
    yields: true,
  });

await ensureInstalled();
const startedAt = Date.now();
const ok = await runAll();
rmSync(reports, { recursive: true, force: true });
if (recordDurations && ok) {
  const sorted = Object.fromEntries(Object.entries(durations).sort(([, a], [, b]) => b - a));
  writeFileSync(DURATIONS_FILE, `${JSON.stringify(sorted, null, 2)}\n`);
}
console.log('\n  wall s   CPU s');
for (const { title, wallSeconds, cpuSeconds } of parts)
  console.log(`${wallSeconds.toFixed(0).padStart(8)}${cpuSeconds.toFixed(0).padStart(8)}  ${title}`);
console.log(`${((Date.now() - startedAt) / 1000).toFixed(0).padStart(8)}          total`);
if (!ok && totals.failed === 0) totals.failed = 1;
const { passed, failed, skipped } = totals;
console.log(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exit(failed === 0 ? 0 : 1);
