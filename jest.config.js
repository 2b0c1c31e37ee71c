/**
 * Tests by room. `npm test` runs all of them, `npm run test:unit` the rooms that need neither a build nor a browser,
 * and `npx jest --selectProjects functions` one room.
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
/** Time limits only stop tests that hang; they are far above what a test takes on a slow, loaded machine. */
const UNIT_TIMEOUT_MS = 60_000;
const E2E_TIMEOUT_MS = 300_000;
const common = {
  transform,
  transformIgnorePatterns: ['/node_modules/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/.cache/'],
  clearMocks: true,
  testTimeout: UNIT_TIMEOUT_MS,
};
const e2e = { ...common, testTimeout: E2E_TIMEOUT_MS };
/** Tests that play thousands of calls. `npm test` plays a sample of them, `npm run test:soak` all. */
const SOAK = ['<rootDir>/e2e/soak/**/*.test.ts'];

/** @type {import('jest').Config} */
module.exports = {
  testSequencer: '<rootDir>/scripts/jest/longest-first-sequencer.js',
  projects: [
    { ...common, displayName: 'contract', testMatch: ['<rootDir>/contract/src/**/*.test.ts'] },
    { ...common, displayName: 'functions', testMatch: ['<rootDir>/serverless-functions/{src,test}/**/*.test.ts'] },
    { ...common, displayName: 'sandbox', testMatch: ['<rootDir>/sandbox/{src,test}/**/*.test.ts'] },
    {
      ...common,
      displayName: 'pages',
      testEnvironment: 'jsdom',
      testMatch: ['<rootDir>/sandbox/web/**/*.test.tsx'],
    },
    {
      ...common,
      displayName: 'plugin',
      testEnvironment: 'jsdom',
      setupFilesAfterEnv: ['<rootDir>/flex-plugin/test/setup.ts'],
      testMatch: ['<rootDir>/flex-plugin/src/**/*.test.{ts,tsx}'],
      moduleNameMapper: {
        '^@twilio/flex-ui$': '<rootDir>/flex-plugin/test/flex-ui.ts',
        // Webpack takes Paste's ES modules, Node its CommonJS modules.
        '^@twilio-paste/icons/esm/(.*)$': '@twilio-paste/icons/cjs/$1',
      },
    },
    {
      ...common,
      displayName: 'scripts',
      testMatch: ['<rootDir>/bench/**/*.test.ts', '<rootDir>/scripts/**/*.test.js'],
    },
    {
      ...common,
      displayName: 'plugin-in-flex',
      testEnvironment: 'jsdom',
      setupFiles: ['<rootDir>/flex-plugin/realui/setup.js'],
      testMatch: ['<rootDir>/flex-plugin/realui/**/*.test.tsx'],
    },
    { ...e2e, displayName: 'e2e', testMatch: ['<rootDir>/e2e/**/*.test.ts'], testPathIgnorePatterns: ['/e2e/soak/'] },
    { ...e2e, displayName: 'soak', testMatch: SOAK },
  ],
};
