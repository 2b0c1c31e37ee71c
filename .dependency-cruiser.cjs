/**
 * Which workspace, and which room of the Functions, may import which. `checks/dependencies.test.ts` runs it.
 * Reasons: docs/adr/0017-sandbox-and-product-do-not-import-each-other.md and docs/architecture.md.
 */

/** The Functions' rooms from the bottom up: a file may import from its own room and from lower floors. */
const FLOORS = [
  ['runtime'],
  ['numbers', 'caller-experience'],
  ['prompts'],
  ['twilio'],
  ['ledger', 'email-providers'],
  ['notification'],
  ['invocation.ts'],
  ['fulfilment'],
  ['voicemail', 'callback', 'agent'],
  ['sweep'],
  ['email-admin'],
  ['wait-experience'],
  ['http'],
  ['functions'],
];
const TESTS = '\\.test\\.tsx?$';
const within = (...rooms) => `^serverless-functions/src/(${rooms.join('|').replaceAll('.', '\\.')})(/|$)`;

const floorRules = FLOORS.map((rooms, floor) => ({
  name: `functions-${rooms[0].replace('.ts', '')}-imports-downwards`,
  comment: 'A room imports from itself and from lower floors only.',
  severity: 'error',
  from: { path: within(...rooms), pathNot: TESTS },
  to: { path: within(...FLOORS.slice(floor).flat()), pathNot: '^serverless-functions/src/$1(/|$)' },
}));

const workspace = (name, from, to, comment) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...floorRules,
    workspace(
      'functions-room-has-a-floor',
      {
        path: '^serverless-functions/src/',
        pathNot: [within(...FLOORS.flat()), '^serverless-functions/src/[^/]+\\.test\\.ts$'],
      },
      {},
      'A new room needs a place in FLOORS.',
    ),
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
