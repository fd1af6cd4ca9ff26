/** 0: done, nothing wrong found. 1: done, and something wrong was found. 2: not done. */
export const EXIT = { ok: 0, found: 1, failed: 2 } as const;
