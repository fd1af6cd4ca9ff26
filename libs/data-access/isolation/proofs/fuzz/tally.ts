import type { Violation } from './outcome';
import type { Step } from './step';

const countIn = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

/** What a run, or several, came to. */
export class Tally {
  operations = 0;
  refused = 0;
  readonly faults: Violation[] = [];
  readonly byMethod: Record<string, number> = {};
  /** Of aggregates, by the stage that each was about. */
  readonly byStage: Record<string, number> = {};

  count({ method, stage, refused }: Step): void {
    this.operations += 1;
    if (refused !== undefined) this.refused += 1;
    countIn(this.byMethod, method);
    if (stage !== undefined) countIn(this.byStage, stage);
  }
}
