/** Tests by room; `npm test` runs them all, `npx jest --selectProjects functions` one. */
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
const common = { transform, transformIgnorePatterns: ['/node_modules/', '/dist/'], clearMocks: true };

/** @type {import('jest').Config} */
module.exports = {
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
        // The bundle takes the modules that can be shaken; Node takes the others.
        '^@twilio-paste/icons/esm/(.*)$': '@twilio-paste/icons/cjs/$1',
      },
    },
    {
      ...common,
      displayName: 'plugin-in-flex',
      testEnvironment: 'jsdom',
      setupFiles: ['<rootDir>/flex-plugin/realui/setup.js'],
      testMatch: ['<rootDir>/flex-plugin/realui/**/*.test.tsx'],
    },
    { ...common, displayName: 'checks', testMatch: ['<rootDir>/checks/**/*.test.ts'] },
    { ...common, displayName: 'bench', testMatch: ['<rootDir>/bench/**/*.test.ts'] },
    {
      ...common,
      displayName: 'e2e',
      setupFilesAfterEnv: ['<rootDir>/e2e/support/patience.js'],
      testMatch: ['<rootDir>/e2e/**/*.test.ts'],
    },
  ],
};
