import { say } from './day.messages.js';
import type { Message } from './messages/message.js';
/**
 * Calendar days as people of the deployment count them. A moment is the same everywhere, a day is not: between midnight
 * and 08:00 in China, UTC still has the day before. Every day, month or year that is derived from a moment comes from
 * this file; a lint rule (`local/day-of-china`) refuses other ways.
 */

export const CHINA = 'Asia/Shanghai';

const DAY_MS = 86_400_000;

/** The zone of the process. A process belongs to one deployment, whose zone never changes while it runs. */
let zone = CHINA;
let format = formatFor(CHINA);

function formatFor(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  });
}

/** Whether a text names a time zone of the IANA database, such as Asia/Shanghai. */
export function isTimeZone(name: string): boolean {
  try {
    return /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/.test(name) && formatFor(name) !== null;
  } catch {
    return false;
  }
}

/** Sets the zone of the process from the configuration (TIME_ZONE); called once, before anything asks for a day. */
export function useTimeZone(name: string): void {
  if (name === zone) return;
  format = formatFor(name);
  zone = name;
}

/** The zone whose days count, such as Asia/Shanghai. */
export function timeZone(): string {
  return zone;
}

interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

/** Calendar date and time of day of a moment in the deployment's time zone, as a calendar and a clock there show it. */
export function wallClock(at: Date): Wall {
  const shown = { year: 0, month: 0, day: 0, hour: 0, minute: 0, second: 0 };
  for (const { type, value } of format.formatToParts(at)) if (type in shown) shown[type as keyof Wall] = Number(value);
  return shown;
}

const two = (value: number): string => String(value).padStart(2, '0');
const isoOf = ({ year, month, day }: Wall): string => `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}`;

/** The calendar day of a moment in the deployment's zone (China unless configured otherwise), YYYY-MM-DD. */
export function dayOfChina(at: Date): string {
  return isoOf(wallClock(at));
}

/** The calendar year of a moment in the deployment's zone. */
export function yearOfChina(at: Date): number {
  return wallClock(at).year;
}

/** Day and time of a moment for texts that people read, such as 2027-01-01 00:30. */
export function timeOfChina(at: Date): string {
  const wall = wallClock(at);
  return `${isoOf(wall)} ${two(wall.hour)}:${two(wall.minute)}`;
}

/**
 * The moment for a cell of a spreadsheet. Cells have no time zone, so the result is a Date whose UTC date and time are
 * those that the deployment's time zone shows at the moment, to the second.
 */
export function asShownInCells(at: Date): Date {
  const { year, month, day, hour, minute, second } = wallClock(at);
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}

/** Whole days since 1970-01-01 of a calendar day, YYYY-MM-DD. */
export function dayNumber(day: string): number {
  return Math.floor(Date.parse(`${day}T00:00:00Z`) / DAY_MS);
}

/** The calendar day that is a number of whole days after 1970-01-01; the inverse of `dayNumber`. */
export function isoDay(number: number): string {
  return new Date(number * DAY_MS).toISOString().slice(0, 10);
}

/** Whether a text is an ISO date that exists in the calendar, from year 1000 on. */
export function isIsoDate(value: string): boolean {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(value)) return false;
  const number = dayNumber(value);
  return !Number.isNaN(number) && isoDay(number) === value;
}

/** The earliest plausible day of any event that the platform records; an earlier date is taken for a typing error. */
const EARLIEST_DAY = '1949-10-01';

/**
 * Problem with a date that a person gave: it is not a date, lies before 1949-10-01, or lies more than `years` years
 * after today (with 0: in the future). Null for a plausible date.
 */
export function dateProblem(value: string, today: string, years: number): { code: string; message: Message } | null {
  if (!isIsoDate(value)) return { code: 'BAD_DATE', message: say('BAD_DATE.iso') };
  if (value < EARLIEST_DAY)
    return { code: 'TOO_EARLY', message: say('TOO_EARLY.earliest', { earliestDay: EARLIEST_DAY }) };
  const latest = addMonths(today, 12 * years);
  if (value <= latest) return null;
  return years === 0
    ? { code: 'FUTURE_DATE', message: say('FUTURE_DATE.today', { today }) }
    : { code: 'TOO_LATE', message: say('TOO_LATE.latest', { latest }) };
}

/** Problem with a date, year or moment that a person gave; null for a plausible one. */
type Implausible = { code: string; message: Message } | null;

/**
 * Problem with a year that a person gave, unless it is a whole number from `earliest` to `years` after the present
 * year; null if it is.
 */
export function yearProblem(year: number, thisYear: number, earliest: number, years: number): Implausible {
  const latest = thisYear + years;
  if (Number.isInteger(year) && year >= earliest && year <= latest) return null;
  return { code: 'OUT_OF_RANGE', message: say('OUT_OF_RANGE.year', { earliest, latest }) };
}

/**
 * Problem with a moment that a person gave for a future event, unless it lies after now and at most `years` years after
 * now; null if it does.
 */
export function momentProblem(at: Date, now: Date, years: number): Implausible {
  if (Number.isNaN(at.getTime())) return { code: 'BAD_DATE', message: say('BAD_DATE.moment') };
  if (at <= now) return { code: 'IN_THE_PAST', message: say('IN_THE_PAST.moment') };
  const latest = monthsAfter(now, 12 * years);
  return at <= latest ? null : { code: 'TOO_LATE', message: say('TOO_LATE.latestDay', { latest: dayOfChina(latest) }) };
}

/** A day some calendar months later (or earlier, if negative); a day missing in that month becomes its last day. */
export function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month + months, 0));
  return isoDay(
    Math.floor(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(date, last.getUTCDate())) / DAY_MS),
  );
}

/** A time of day in seconds as HH:MM:SS. */
export function clockText(seconds: number): string {
  return new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
}

/** Month (1 to 12), day, hour and minute of a moment in UTC, without its year. */
export interface YearlessMoment {
  month: number;
  date: number;
  hour: number;
  min: number;
}

/** The moment nearest to `now` that has this month, day, hour and minute in UTC. */
export function nearestMoment({ month, date, hour, min }: YearlessMoment, now: Date): Date {
  const distance = (at: number) => Math.abs(at - now.getTime());
  const [nearest] = [-1, 0, 1]
    .map((years) => Date.UTC(now.getUTCFullYear() + years, month - 1, date, hour, min))
    .sort((a, b) => distance(a) - distance(b));
  return new Date(nearest!);
}

/** The first day of the month that is `months` months after the month of a moment, YYYY-MM-01. */
export function firstOfMonth(at: Date, months = 0): string {
  return addMonths(`${dayOfChina(at).slice(0, 7)}-01`, months);
}

/** The moment at which the deployment's time zone shows this day and time of day (milliseconds since midnight). */
function momentOf(day: string, time: number): Date {
  const shown = dayNumber(day) * DAY_MS + time;
  // Two steps are needed: near a change of the clocks, the zone's offset at the first guess may differ from that at the
  // result.
  let at = shown;
  for (let step = 0; step < 2; step += 1)
    at = shown - (asShownInCells(new Date(at)).getTime() - Math.floor(at / 1000) * 1000);
  return new Date(at);
}

/** The moment some calendar months after another one, at the same time of day in the zone. */
export function monthsAfter(at: Date, months: number): Date {
  const { hour, minute, second } = wallClock(at);
  const time = ((hour * 60 + minute) * 60 + second) * 1000 + at.getUTCMilliseconds();
  return momentOf(addMonths(dayOfChina(at), months), time);
}
