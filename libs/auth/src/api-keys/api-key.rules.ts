/** The dates that decide whether a key still counts. */
export interface ApiKeyDates {
  expiresAt: Date | null;
  revokedAt: Date | null;
  /** A rolled key works on beside its successor until then. */
  overlapUntil: Date | null;
}

const ended = (at: Date | null, now: number): boolean => at !== null && at.getTime() <= now;

/** `now`: milliseconds since the epoch. */
export const isUsable = (key: ApiKeyDates, now: number): boolean =>
  key.revokedAt === null && !ended(key.expiresAt, now) && !ended(key.overlapUntil, now);
