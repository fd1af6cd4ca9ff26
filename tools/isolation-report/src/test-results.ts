import { readFile } from 'node:fs/promises';
import path from 'node:path';

/** One test, as jest's JSON report tells it. */
export interface TestResult {
  /** From the project's root, with `/`. */
  file: string;
  ancestors: string[];
  title: string;
  fullName: string;
  passed: boolean;
}

interface JestReport {
  testResults: {
    name: string;
    message: string;
    assertionResults: { ancestorTitles: string[]; title: string; fullName: string; status: string }[];
  }[];
}

export const resultsOf = (report: JestReport, root: string): TestResult[] =>
  report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ ancestorTitles, title, fullName, status }) => ({
      file: path.relative(root, name).replaceAll(path.sep, '/'),
      ancestors: ancestorTitles,
      title,
      fullName,
      passed: status === 'passed',
    })),
  );

/** All tests of the reports in `files`. @throws Error for one that isn't there: then nothing is known. */
export const readResults = async (files: readonly string[], root: string): Promise<TestResult[]> => {
  const all = await Promise.all(
    files.map(async (file) => resultsOf(JSON.parse(await readFile(file, 'utf8')) as JestReport, root)),
  );
  return all.flat();
};
