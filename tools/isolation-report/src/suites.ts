import { spawn } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { CORPUS_FILE, FURTHER, LEAK_CLASSES, SURFACE_FILE } from './leak-classes';

const files = [
  ...new Set([
    CORPUS_FILE,
    SURFACE_FILE,
    ...[...LEAK_CLASSES, ...FURTHER].flatMap(({ proofs }) => proofs.map(({ file }) => file)),
  ]),
].toSorted();

const jest = (root: string, report: string, args: readonly string[]): Promise<void> =>
  new Promise((resolve, reject) => {
    const program = path.join(root, 'node_modules/jest/bin/jest.js');
    const all = [program, '--json', `--outputFile=${report}`, ...args];
    const child = spawn(process.execPath, all, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
    // Failed tests stand in the report; without a report there is nothing to read.
    child.once('exit', () => resolve()).once('error', reject);
  });

/** Runs every suite that a proof names; resolves to jest's reports. End-to-end suites run one by one. */
export const runSuites = async (root: string): Promise<string[]> => {
  const folder = path.join(root, 'reports');
  await mkdir(folder, { recursive: true });
  const parts: [name: string, args: string[]][] = [
    ['isolation', files.filter((file) => !file.endsWith('.e2e-spec.ts'))],
    ['isolation-e2e', ['--runInBand', ...files.filter((file) => file.endsWith('.e2e-spec.ts'))]],
  ];
  const reports = [];
  for (const [name, args] of parts) {
    const report = path.join(folder, `${name}.json`);
    await rm(report, { force: true });
    await jest(root, report, ['--runTestsByPath', ...args]);
    reports.push(report);
  }
  return reports;
};

/** What `npm test` leaves. */
export const wholeReports = (root: string): string[] =>
  ['unit', 'integration', 'e2e'].map((name) => path.join(root, 'reports', `${name}.json`));
