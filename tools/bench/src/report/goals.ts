import { ratio, table } from './table';

/** What a figure has to reach: at least so much, or at most. */
export interface Goal {
  what: string;
  measured: number;
  atLeast?: number;
  atMost?: number;
}

export const reached = ({ measured, atLeast, atMost }: Goal): boolean =>
  (atLeast === undefined || measured >= atLeast) && (atMost === undefined || measured <= atMost);

/** Goals with what was measured, compared as printed. */
export const goalTable = (goals: readonly Goal[]): string =>
  table(
    ['goal', 'asked', 'measured', 'reached'],
    goals.map((goal) => [
      goal.what,
      goal.atLeast === undefined ? `<= ${ratio(goal.atMost ?? NaN)}` : `>= ${ratio(goal.atLeast)}`,
      ratio(goal.measured),
      reached({ ...goal, measured: Number(ratio(goal.measured)) }) ? 'yes' : 'no',
    ]),
  );
