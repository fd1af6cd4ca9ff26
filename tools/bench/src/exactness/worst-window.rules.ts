import type { Admission } from './attack';

/**
 * The most admissions that certainly fell into one window, wherever it starts. When a request was decided isn't known, only
 * that it was between sending and reply: those count that were sent no earlier than it begins and answered before it ends.
 */
export const worstWindow = (admissions: readonly Admission[], windowMs: number): number => {
  const starts = admissions.map(({ sent }) => sent).sort((a, b) => a - b);
  const worst = starts.map(
    (start) => admissions.filter(({ sent, received }) => sent >= start && received < start + windowMs).length,
  );
  return Math.max(0, ...worst);
};
