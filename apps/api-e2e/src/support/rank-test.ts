/**
 * Mann-Whitney's U of two samples as a standard score: how many standard deviations the ranks of `a` lie above those of
 * `b` if both are drawn from one distribution (about normal from 20 values each). It asks nothing of the distribution's
 * form, and a value that a busy machine delayed by seconds counts as no more than the largest.
 * Mann, Whitney: On a test of whether one of two random variables is stochastically larger than the other (1947).
 */
export const rankScore = (a: readonly number[], b: readonly number[]): number => {
  let above = 0;
  for (const x of a) for (const y of b) above += x > y ? 1 : x === y ? 0.5 : 0;
  const pairs = a.length * b.length;
  return (above - pairs / 2) / Math.sqrt((pairs * (a.length + b.length + 1)) / 12);
};
