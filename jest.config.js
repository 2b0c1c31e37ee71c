/**
 * Tests by project. `npm test` runs all of them, `npm run test:unit` the projects that need neither a build nor a browser,
 * and `npx jest --selectProjects functions` one project.
 */
const transform = {
  '^.+\\.[tj]sx?$': [
    '@swc/jest',
    {
      jsc: {
        target: 'es2022',
        parser: { syntax: 'typescript', tsx: true },
        transform: { react: { runtime: 'classic' } },
      },
      module: { type: 'commonjs' },
    },
  ],
};
const common = {
  transform,
  transformIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/.cache/'],
  clearMocks: true,
};

/** Faster equivalents of slow jsdom functions. */
const JSDOM_SHORTCUTS = ['computed-style', 'emotion-rules', 'label-control'].map(
  (name) => `<rootDir>/scripts/jest/${name}.js`,
);

/** @type {import('jest').Config} */
module.exports = {
  // Only stops tests that hang: no test may fail because the machine is slow. Jest reads this for all projects.
  testTimeout: 300_000,
  testSequencer: '<rootDir>/scripts/jest/longest-first-sequencer.js',
  reporters: ['default', '<rootDir>/scripts/jest/title-length-reporter.js'],
  projects: [
    { ...common, displayName: 'contract', testMatch: ['<rootDir>/contract/src/**/*.test.ts'] },
    { ...common, displayName: 'functions', testMatch: ['<rootDir>/serverless-functions/{src,test}/**/*.test.ts'] },
    // With an Exim, which is not everywhere: scripts/test.mjs runs it where one can be started.
    {
      ...common,
      displayName: 'mail-server',
      testMatch: ['<rootDir>/serverless-functions/mail-server/**/*.test.ts'],
    },
    { ...common, displayName: 'setup', testMatch: ['<rootDir>/setup/{src,test}/**/*.test.ts'] },
    { ...common, displayName: 'sandbox', testMatch: ['<rootDir>/sandbox/{src,test}/**/*.test.ts'] },
    {
      ...common,
      displayName: 'pages',
      testEnvironment: 'jsdom',
      setupFilesAfterEnv: JSDOM_SHORTCUTS,
      testMatch: ['<rootDir>/sandbox/web/**/*.test.{ts,tsx}'],
    },
    {
      ...common,
      displayName: 'plugin',
      testEnvironment: 'jsdom',
      setupFilesAfterEnv: [
        ...JSDOM_SHORTCUTS,
        '<rootDir>/flex-plugin/test/settle-before-cleanup.ts',
        '<rootDir>/flex-plugin/test/setup.ts',
      ],
      testMatch: ['<rootDir>/flex-plugin/src/**/*.test.{ts,tsx}'],
      moduleNameMapper: {
        '^@twilio/flex-ui$': '<rootDir>/flex-plugin/test/flex-ui.ts',
        // Webpack takes Paste's ES modules, Node its CommonJS modules.
        '^@twilio-paste/icons/esm/(.*)$': '@twilio-paste/icons/cjs/$1',
      },
    },
    { ...common, displayName: 'checks', testMatch: ['<rootDir>/checks/**/*.test.ts'] },
    { ...common, displayName: 'docs', testMatch: ['<rootDir>/docs/.vitepress/**/*.test.ts'] },
    {
      ...common,
      displayName: 'scripts',
      testMatch: ['<rootDir>/scripts/**/*.test.js'],
    },
    {
      ...common,
      displayName: 'plugin-in-flex',
      testEnvironment: 'jsdom',
      setupFiles: ['<rootDir>/flex-plugin/realui/setup.js'],
      testMatch: ['<rootDir>/flex-plugin/realui/**/*.test.tsx'],
    },
    { ...common, displayName: 'worker', testMatch: ['<rootDir>/worker/{src,test}/**/*.test.ts'] },
    // These run `terraform` (ADR 0137).
    { ...common, displayName: 'terraform', testMatch: ['<rootDir>/e2e/terraform/**/*.test.ts'] },
    { ...common, displayName: 'e2e', testMatch: ['<rootDir>/e2e/functions/**/*.test.ts'] },
    {
      ...common,
      displayName: 'browser',
      testEnvironment: '<rootDir>/scripts/jest/page-report-environment.js',
      testMatch: ['<rootDir>/e2e/*.test.ts'],
    },
  ],
};
