import { DomainError } from '@financeops/core/errors';

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

/** Why a key can't be rolled; `null` when it can. */
export const rollRefusal = (key: ApiKeyDates, now: number): DomainError | null => {
  if (key.overlapUntil !== null) {
    return new DomainError('invalid-state', 'This key has been rolled already: roll its successor.');
  }
  return ended(key.expiresAt, now)
    ? new DomainError('invalid-state', 'This key has expired: create a new one.')
    : null;
};

/** When the key stops working, by its expiry or the end of its overlap, whichever comes first; `null`: never. */
export const endOf = ({ expiresAt, overlapUntil }: ApiKeyDates): Date | null => {
  if (expiresAt === null || overlapUntil === null) return expiresAt ?? overlapUntil;
  return expiresAt < overlapUntil ? expiresAt : overlapUntil;
};
