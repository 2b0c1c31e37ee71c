/**
 * Which workspace, and which room of the Functions and of the plugin, may import which.
 * `checks/dependencies.test.ts` runs it.
 * Reasons: docs/adr/0017-sandbox-and-product-do-not-import-each-other.md and docs/architecture.md.
 */

/** The Functions' rooms from the bottom up: a file may import from its own room and from lower floors. */
const FLOORS = [
  ['runtime'],
  ['numbers', 'transcripts', 'caller-experience'],
  ['prompts'],
  ['twilio'],
  ['ledger', 'email-providers'],
  ['notification'],
  ['invocation.ts'],
  ['audit'],
  ['fulfilment', 'admin-notice'],
  ['voicemail', 'callback', 'agent'],
  ['sweep'],
  ['email-admin'],
  ['wait-experience'],
  ['http'],
  ['functions'],
];
/** The plugin's, from the bottom up. */
const PLUGIN_FLOORS = [
  ['strings', 'use-id.ts'],
  ['functions-client', 'task-channels', 'bounce-messages.ts', 'save-file.ts'],
  ['state', 'queries', 'config.ts', 'scheduled-sweep.ts'],
  ['calling-back', 'feature-context.ts'],
  ['plugin-context.ts'],
  ['playback'],
  ['task-card'],
  ['email-admin'],
  ['register-agent-desktop.tsx'],
  ['register-feature.ts'],
  ['CallbackAndVoicemailPlugin.tsx'],
  ['index.ts'],
];
const TESTS = '\\.test\\.tsx?$';
const within = (source, rooms) => `^${source}/(${rooms.join('|').replaceAll('.', '\\.')})(/|$)`;

/** Rules for one source folder: imports lead downwards, and every room has a floor. */
const floorRules = (prefix, source, floors) => [
  ...floors.map((rooms, floor) => ({
    name: `${prefix}-${rooms[0].replace(/\.tsx?$/, '')}-imports-downwards`,
    comment: 'A room imports from itself and from lower floors only.',
    severity: 'error',
    from: { path: within(source, rooms), pathNot: TESTS },
    to: { path: within(source, floors.slice(floor).flat()), pathNot: `^${source}/$1(/|$)` },
  })),
  {
    name: `${prefix}-room-has-a-floor`,
    comment: 'A new room needs a floor above.',
    severity: 'error',
    from: { path: `^${source}/`, pathNot: [within(source, floors.flat()), `^${source}/[^/]+${TESTS}`] },
    to: {},
  },
];

const workspace = (name, from, to, comment) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...floorRules('functions', 'serverless-functions/src', FLOORS),
    ...floorRules('plugin', 'flex-plugin/src', PLUGIN_FLOORS),
    {
      name: 'no-cycles',
      comment: 'Files that need each other to load. Imports of types alone are gone at run time.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    workspace(
      'contract-imports-no-workspace',
      { path: '^contract/' },
      { path: '^(serverless-functions|flex-plugin|sandbox|e2e|bench)/' },
      'The contract is what everybody else imports.',
    ),
    workspace(
      'product-imports-no-tools',
      { path: '^(serverless-functions|flex-plugin)/' },
      { path: '^(sandbox|e2e|bench)/' },
      'The product must work without its sandbox and tests.',
    ),
    workspace(
      'plugin-imports-no-functions',
      { path: '^flex-plugin/' },
      { path: '^serverless-functions/' },
      'The plugin meets the Functions over HTTP.',
    ),
    workspace(
      'functions-import-no-plugin',
      { path: '^serverless-functions/' },
      { path: '^flex-plugin/' },
      'The Functions do not know the plugin.',
    ),
    workspace(
      'tests-import-no-tests-of-others',
      { path: '^(e2e|bench)/' },
      { path: TESTS },
      'What two tests share belongs in a support file.',
    ),
    workspace(
      'e2e-imports-no-bench',
      { path: '^e2e/' },
      { path: '^bench/' },
      'The bench measures with the support files of the end-to-end tests, not the other way round.',
    ),
    workspace(
      'sandbox-imports-no-product',
      { path: '^sandbox/' },
      { path: '^(contract|serverless-functions|flex-plugin|e2e|bench)/' },
      'A simulator that shares code with the product confirms its mistakes.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)(dist|build|\\.cache|node_modules)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: `${__dirname}/tsconfig.base.json` },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json'],
    },
  },
};
