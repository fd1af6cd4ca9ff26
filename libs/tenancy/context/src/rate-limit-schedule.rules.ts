import { WEEKDAYS, type RateLimitSchedule, type Weekday } from './rate-limit-schedule';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** Minutes since midnight of `HH:MM`, up to 24:00; `null` for anything else. */
export const parseTimeOfDay = (text: string): number | null => {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  if (match === null) return null;
  const [hours, minutes] = [Number(match[1]), Number(match[2])];
  const total = hours * 60 + minutes;
  return minutes < 60 && total <= DAY_MINUTES ? total : null;
};

/** Names, not offsets: an offset knows no summer. */
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

/** Whether it is a time zone of the IANA data that this Node carries. */
export const isTimeZone = (name: string): boolean => {
  if (!ZONE_NAME.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
};

interface WallClock {
  /** Index into WEEKDAYS. */
  day: number;
  /** Since midnight, as the clock shows them: they jump where summer time begins and repeat where it ends. */
  minutes: number;
}

/** Making one takes longer than all uses of it. */
const formats = new Map<string, Intl.DateTimeFormat>();

const wallClock = (timeZone: string, now: number): WallClock => {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
  return {
    day: WEEKDAYS.indexOf(parts['weekday']!.toUpperCase() as Weekday),
    minutes: Number(parts['hour']) * 60 + Number(parts['minute']),
  };
};

const isInForce = ({ days, from, to, timeZone }: RateLimitSchedule, now: number): boolean => {
  const { day, minutes } = wallClock(timeZone, now);
  const [begins, ends] = [parseTimeOfDay(from) ?? 0, parseTimeOfDay(to) ?? 0];
  const today = days.includes(WEEKDAYS[day]!);
  if (begins < ends) return today && minutes >= begins && minutes < ends;
  const yesterday = days.includes(WEEKDAYS[(day + 6) % 7]!);
  return (today && minutes >= begins) || (yesterday && minutes < ends);
};

/** The tightest of the schedules in force at `now` (milliseconds since the epoch); `null` when none is. */
export const limitInForce = (schedules: readonly RateLimitSchedule[], now: number): number | null => {
  const limits = schedules
    .filter((schedule) => isInForce(schedule, now))
    .map(({ requestsPerMinute }) => requestsPerMinute);
  return limits.length === 0 ? null : Math.min(...limits);
};

const remembered = new WeakMap<readonly RateLimitSchedule[], { minute: number; limit: number | null }>();

/**
 * The same for every request: worked out once a minute for each list. Spans begin and end on whole minutes, and so do
 * the minutes of all of today's time zones.
 */
export const scheduledLimit = (schedules: readonly RateLimitSchedule[], now: number): number | null => {
  const minute = Math.floor(now / MINUTE_MS);
  const known = remembered.get(schedules);
  if (known?.minute === minute) return known.limit;
  const limit = limitInForce(schedules, now);
  remembered.set(schedules, { minute, limit });
  return limit;
};
