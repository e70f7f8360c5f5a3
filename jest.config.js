/** One configuration for every project; tests sit beside what they test (`*.spec.ts`) or in `test/`. */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{apps,libs,tools}/*/{src,test}/**/*.spec.ts'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        swcrc: false,
        sourceMaps: 'inline',
        jsc: {
          target: 'es2023',
          parser: { syntax: 'typescript', decorators: true },
          keepClassNames: true,
          transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['<rootDir>/.souk', '/dist/'],
  globalSetup: './libs/testing/jest/global-setup.mjs',
  globalTeardown: './libs/testing/jest/global-teardown.mjs',
  testTimeout: 120_000,
  maxWorkers: 2,
  // What one file leaves behind makes every collection of the next ones longer.
  workerIdleMemoryLimit: '1GB',
  coverageProvider: 'v8',
  // Entry points run in processes of their own; prove and bench are instruments that run the whole product.
  collectCoverageFrom: [
    '{apps,libs,tools}/*/src/**/*.ts',
    '!**/*.spec.ts',
    '!**/main.ts',
    '!tools/{prove,bench}/src/**',
  ],
  coverageReporters: ['text-summary', 'json-summary'],
};
