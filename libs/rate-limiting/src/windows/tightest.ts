import type { WindowState } from './window';

/** The window that leaves the least room; among equals the one that stays so for longest. */
export const tightestOf = (windows: readonly WindowState[]): WindowState | undefined =>
  windows.reduce<WindowState | undefined>(
    (tightest, state) =>
      tightest === undefined ||
      state.remaining < tightest.remaining ||
      (state.remaining === tightest.remaining && state.resetInMs > tightest.resetInMs)
        ? state
        : tightest,
    undefined,
  );
