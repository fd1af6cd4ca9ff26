const preset = require('./jest.preset.js');

/** Three kinds of test: unit (no I/O), integration (real MongoDB and Redis), e2e (HTTP against a started API). */
module.exports = {
  globalSetup: '<rootDir>/libs/testing/src/jest/global-setup.ts',
  globalTeardown: '<rootDir>/libs/testing/src/jest/global-teardown.ts',
  maxWorkers: 2,
  // Not an assertion about time: an end for what hangs.
  testTimeout: 180_000,
  projects: [
    { ...preset, displayName: 'unit', testRegex: '\\.spec\\.ts$' },
    { ...preset, displayName: 'integration', testRegex: '\\.int-spec\\.ts$' },
    { ...preset, displayName: 'e2e', testRegex: '\\.e2e-spec\\.ts$' },
  ],
};
