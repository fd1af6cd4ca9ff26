import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ROOT } from '../environment/paths';

/** One route's CPU with the isolation's nets and without them, in the same run. */
export interface RouteCost {
  route: string;
  /** Microseconds of the API process's CPU a request, median. */
  on: number;
  off: number;
  /** Median of the rounds' ratios, on to off. */
  ratio: number;
}

export interface CostReport {
  /** ISO 8601. */
  at: string;
  node: string;
  rounds: number;
  /** Milliseconds. */
  slot: number;
  routes: RouteCost[];
}

/** For `npm run isolation:report`. */
export const writeCostReport = async (report: CostReport): Promise<void> => {
  const folder = path.join(ROOT, 'reports');
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, 'isolation-cost.json'), `${JSON.stringify(report, null, 2)}\n`);
};
