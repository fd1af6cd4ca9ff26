/** Days of the week as schedules name them, in the order of `Date.getUTCDay()`. */
export const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** Another limit of requests in some hours of some days, by the clocks on the walls of a time zone. */
export interface RateLimitSchedule {
  /** On which the span begins. */
  days: Weekday[];
  /** `HH:MM`, inclusive. */
  from: string;
  /** `HH:MM` up to `24:00`, exclusive. Before `from`: the span ends on the day after. */
  to: string;
  /** IANA name. */
  timeZone: string;
  /** In place of the tenant's own, in any 60 s. */
  requestsPerMinute: number;
}

/** How a tenant's rate limit differs from a plain number. */
export interface RateLimitOverrides {
  /** Requests beyond the limit are admitted, and reported. */
  dryRun?: boolean;
  schedules?: RateLimitSchedule[];
}
