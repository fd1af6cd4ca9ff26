import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Tally } from './tally';

/** What a fuzz came to, as `reports/isolation-fuzz.json` keeps it. */
export interface FuzzFigures {
  operations: number;
  tenants: number;
  /** Faults of any kind: whatever differs from the model counts as a leak. */
  leaks: number;
  /** Operations that were refused, as they had to be. */
  refused: number;
  seed: number;
  seconds: number;
  /** RFC 3339. */
  at: string;
  byMethod: Record<string, number>;
  byStage: Record<string, number>;
}

const sorted = (counts: Record<string, number>) =>
  Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)));

export const figuresOf = (
  { operations, refused, faults, byMethod, byStage }: Tally,
  { tenants, seed, since, wire }: { tenants: number; seed: number; since: number; wire: number },
): FuzzFigures => ({
  operations,
  tenants,
  leaks: faults.length + wire,
  refused,
  seed,
  seconds: Math.round((Date.now() - since) / 100) / 10,
  at: new Date().toISOString(),
  byMethod: sorted(byMethod),
  byStage: sorted(byStage),
});

const REPORTS = path.resolve(__dirname, '../../../../../reports');

/** Writes `reports/<name>.json`. */
export const writeFigures = (name: string, figures: object): void => {
  mkdirSync(REPORTS, { recursive: true });
  writeFileSync(path.join(REPORTS, `${name}.json`), `${JSON.stringify(figures, null, 2)}\n`);
};
