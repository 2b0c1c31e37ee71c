/**
 * Which workspace, and which module of the Functions and of the plugin, may import which.
 * `checks/dependencies.test.ts` runs it.
 * Reasons: docs/adr/0017-sandbox-and-product-do-not-import-each-other.md and docs/architecture.md.
 */

/** The Functions' modules from the bottom up: a file may import from its own module and from lower layers. */
const LAYERS = [
  ['runtime'],
  ['numbers', 'transcripts', 'caller-experience'],
  ['prompts'],
  ['twilio'],
  ['ledger', 'email-providers'],
  ['notification'],
  ['invocation.ts'],
  ['audit', 'limits'],
  ['fulfilment', 'admin-notice'],
  ['confirmation', 'delivery-events', 'inbox'],
  ['voicemail', 'callback', 'agent', 'retention', 'listening'],
  ['sweep'],
  ['reconciliation'],
  ['email-admin', 'personal-data'],
  ['wait-experience'],
  ['http'],
  ['functions'],
];
/** The plugin's, from the bottom up. */
const PLUGIN_LAYERS = [
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
const within = (source, modules) => `^${source}/(${modules.join('|').replaceAll('.', '\\.')})(/|$)`;

/** Rules for one source folder: imports lead downwards, and every module has a layer. */
const layerRules = (prefix, source, layers) => [
  ...layers.map((modules, layer) => ({
    name: `${prefix}-${modules[0].replace(/\.tsx?$/, '')}-imports-downwards`,
    comment: 'A module imports from itself and from lower layers only.',
    severity: 'error',
    from: { path: within(source, modules), pathNot: TESTS },
    to: { path: within(source, layers.slice(layer).flat()), pathNot: `^${source}/$1(/|$)` },
  })),
  {
    name: `${prefix}-module-has-a-layer`,
    comment: 'A new module needs a layer above.',
    severity: 'error',
    from: { path: `^${source}/`, pathNot: [within(source, layers.flat()), `^${source}/[^/]+${TESTS}`] },
    to: {},
  },
];

const workspace = (name, from, to, comment) => ({ name, comment, severity: 'error', from, to });

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    ...layerRules('functions', 'serverless-functions/src', LAYERS),
    ...layerRules('plugin', 'flex-plugin/src', PLUGIN_LAYERS),
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
      { path: '^(serverless-functions|worker|setup|flex-plugin|sandbox|e2e|bench)/' },
      'The contract is what everybody else imports.',
    ),
    workspace(
      'product-imports-no-tools',
      { path: '^(serverless-functions|flex-plugin)/|^worker/src/|^setup/src/' },
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
      'functions-and-plugin-import-no-worker',
      { path: '^(serverless-functions|flex-plugin|e2e)/' },
      { path: '^worker/' },
      "The worker is one more caller of the Functions' code.",
    ),
    workspace(
      'worker-imports-no-plugin',
      { path: '^worker/' },
      { path: '^flex-plugin/' },
      'The worker does what Functions do.',
    ),
    workspace(
      'setup-imports-no-code-but-pure-rules',
      { path: '^setup/src/' },
      {
        path: '^serverless-functions/',
        pathNot: '^serverless-functions/src/(runtime/environment|email-admin/workflow-check)\\.ts$',
      },
      'Setup works on an account from outside; it shares pure rules with the Functions, and no more.',
    ),
    workspace(
      'nothing-imports-setup',
      { path: '^(serverless-functions|worker|flex-plugin|sandbox|bench)/' },
      { path: '^setup/' },
      'Setup is for people at a terminal.',
    ),
    workspace(
      'functions-import-no-plugin',
      { path: '^serverless-functions/' },
      { path: '^flex-plugin/' },
      'The Functions do not know the plugin.',
    ),
    workspace(
      'tests-import-no-tests-of-others',
      { path: '^(e2e|bench|worker|setup)/' },
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
      { path: '^(contract|serverless-functions|worker|setup|flex-plugin|e2e|bench)/' },
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
