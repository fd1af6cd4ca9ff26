const DATE = '([0-9]{4})-([0-9]{2})-([0-9]{2})';
/** The length of fractions is limited, because the text is stored. */
const TIME = '([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\\.([0-9]{1,20}))?';
const ZONE = '(Z|[+-][0-9]{2}:[0-9]{2})?';

const ONLY_DATE = new RegExp(`^${DATE}${ZONE}$`);
const DATE_TIME = new RegExp(`^${DATE}T${TIME}${ZONE}$`);
const YEAR = new RegExp(`^([0-9]{4})${ZONE}$`);

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

const isLeap = (year: number): boolean => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);

/** Whether a day exists in the calendar, in the years 0001 to 9999. */
const isDay = (year: number, month: number, day: number): boolean =>
  year > 0 && day > 0 && day <= (month === 2 && isLeap(year) ? 29 : (LENGTHS[month - 1] ?? 0));

/** At most 14 hours from UTC (XML Schema). */
const isZone = (zone: string | undefined): boolean => {
  if (zone === undefined || zone === 'Z') return true;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4));
  return minutes < 60 && hours * 60 + minutes <= 14 * 60;
};

/** 24:00:00 is the end of the day. */
const isTime = (hour: number, minute: number, second: number, fraction = ''): boolean =>
  (hour < 24 && minute < 60 && second < 60) ||
  (hour === 24 && minute === 0 && second === 0 && /^0*$/.test(fraction));

/** Validates an ISODate, with or without a time zone. */
export const dateError = (text: string): string | null => {
  const [, year, month, day, zone] = ONLY_DATE.exec(text) ?? [];
  if (year === undefined) return 'must be a date in the form YYYY-MM-DD';
  return isDay(Number(year), Number(month), Number(day)) && isZone(zone)
    ? null
    : 'is a date that does not exist';
};

/** Validates an ISODateTime. */
export const dateTimeError = (text: string): string | null => {
  const [, year, month, day, hour, minute, second, fraction, zone] = DATE_TIME.exec(text) ?? [];
  if (year === undefined) return 'must be a date and time in the form YYYY-MM-DDThh:mm:ss';
  return isDay(Number(year), Number(month), Number(day)) &&
    isTime(Number(hour), Number(minute), Number(second), fraction) &&
    isZone(zone)
    ? null
    : 'is a date or time that does not exist';
};

/** Validates an ISOYear. */
export const yearError = (text: string): string | null => {
  const [, year, zone] = YEAR.exec(text) ?? [];
  return Number(year) > 0 && isZone(zone) ? null : 'must be a year in the form YYYY';
};
