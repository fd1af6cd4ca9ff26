import path from 'node:path';
import { classesSection } from './classes.section';
import { costSection, fuzzSection } from './figures.section';
import { netsSection } from './nets.section';
import { runSuites, wholeReports } from './suites';
import { surfaceSection } from './surface.section';
import { readResults } from './test-results';

export interface Report {
  markdown: string;
  /** What isn't proved, in sentences; none, and the isolation holds. */
  faults: string[];
}

const HEAD =
  '<!-- Written by npm run isolation:report from the results of tests. Not edited by hand. -->\n\n' +
  '# Tenant isolation: the proof\n\n' +
  'Three nets stand behind each other: the repository, which binds the tenant when a query is built; the ' +
  'guard on the collection of every tenant’s schema; the probe that looks at every command before it leaves. See ' +
  '[the architecture](architecture.md). `npm run isolation:report` runs the suites named here and writes this page; ' +
  '`-- --from-reports` takes the results of the last `npm test` instead.';

/** The page, from the results of tests: run now, or those that `npm test` left. */
export const isolationReport = async (
  root: string,
  { fromReports }: { fromReports: boolean },
): Promise<Report> => {
  const results = await readResults(fromReports ? wholeReports(root) : await runSuites(root), root);
  const reports = path.join(root, 'reports');
  const sections = [
    classesSection(results),
    netsSection(results),
    surfaceSection(path.join(root, 'dist')),
    await fuzzSection(reports),
    await costSection(reports),
  ];
  return {
    markdown: `${[HEAD, ...sections.map(({ text }) => text)].join('\n\n')}\n`,
    faults: sections.flatMap(({ faults }) => faults),
  };
};
