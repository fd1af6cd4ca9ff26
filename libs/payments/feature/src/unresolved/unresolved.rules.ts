const FIRST_LOOK_MS = 30_000;
const LONGEST_PAUSE_MS = 3_600_000;
/** Part of a pause by which it may be longer: payments that one outage left open don't all come back at once. */
const SPREAD = 0.1;

/** Gateways remember idempotency keys for 24 h (Stripe's API); after that a charge with the same key would be a new one. */
const KEY_LIFE_MS = 24 * 3_600_000;

/** How long a payment may be open before somebody has to look. */
const OVERDUE_MS = 24 * 3_600_000;

/**
 * Milliseconds until the gateway is asked again: 30 s, doubling to 1 h.
 * @param asked times that it was asked since its answer was missing
 * @param random from 0 to 1
 */
export const pauseBefore = (asked: number, random: number): number =>
  Math.min(FIRST_LOOK_MS * 2 ** asked, LONGEST_PAUSE_MS) * (1 + SPREAD * random);

/** Whether a charge that never reached the gateway may be sent now. */
export const mayStillCharge = (since: Date, now: number): boolean => now - since.getTime() < KEY_LIFE_MS;

export const isOverdue = (since: Date, now: number): boolean => now - since.getTime() >= OVERDUE_MS;
