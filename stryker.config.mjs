/** Mutation tests, one slice at a time: `npm run mutation` names it in MUTATION_SLICE (tools/mutation.mjs). */
import { SLICES } from './tools/mutation/slices.mjs';

const name = process.env['MUTATION_SLICE'] ?? 'bson-guards';
const slice = SLICES[name];
const reports = 'reports/mutation';

export default {
  mutate: slice.mutate,
  testRunner: 'jest',
  jest: {
    projectType: 'custom',
    configFile: 'jest.preset.js',
    // Its dependency graph costs more than the few specs of a slice that it would spare.
    enableFindRelatedTests: false,
    config: {
      roots: ['<rootDir>/libs'],
      testRegex: slice.specs.map((spec) => `/${spec.replaceAll('.', '\\.')}$`),
    },
  },
  coverageAnalysis: 'perTest',
  ignoreStatic: slice.io,
  concurrency: 2,
  timeoutMS: slice.io ? 30_000 : 5_000,
  incremental: true,
  incrementalFile: `${reports}/${name}.incremental.json`,
  tempDirName: `${reports}/sandbox`,
  ignorePatterns: ['/dist', '/reports', '/.nx', '/.data', '/docs', '/samples', '/deploy', '/apps'],
  reporters: ['clear-text', 'progress', 'json', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false, reportScoreTable: true },
  jsonReporter: { fileName: `${reports}/${name}.json` },
  htmlReporter: { fileName: `${reports}/${name}.html` },
  thresholds: { high: 95, low: 90, break: 90 },
};
