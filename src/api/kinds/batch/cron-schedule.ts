/**
 * Schedules as cron writes them: minute, hour, day of the month, month and weekday, each `*`, a number, a range, a list
 * or a step, or one word such as `@daily`. Linear in the length of the text.
 */

/** The moments of a schedule; where both days are bounded, either may match, as in cron. */
export interface CronMoments {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly days: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly weekdays: ReadonlySet<number>;
  readonly isAnyDay: boolean;
  readonly isAnyWeekday: boolean;
}

export type CronSchedule = CronMoments | { readonly everySeconds: number };

interface Bounds {
  readonly first: number;
  readonly last: number;
  readonly names?: readonly string[];
}

const lengthMax = 256;
const monthNames = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const weekdayNames = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const bounds = {
  minute: { first: 0, last: 59 },
  hour: { first: 0, last: 23 },
  day: { first: 1, last: 31 },
  month: { first: 1, last: 12, names: monthNames },
  weekday: { first: 0, last: 6, names: weekdayNames },
} as const satisfies Record<string, Bounds>;

const words: ReadonlyMap<string, string> = new Map([
  ["@yearly", "0 0 1 1 *"],
  ["@annually", "0 0 1 1 *"],
  ["@monthly", "0 0 1 * *"],
  ["@weekly", "0 0 * * 0"],
  ["@daily", "0 0 * * *"],
  ["@midnight", "0 0 * * *"],
  ["@hourly", "0 * * * *"],
]);

/** The schedule, or what is wrong with the text. */
export function parseCronSchedule(text: string): CronSchedule | string {
  if (text.length > lengthMax) return `must be no more than ${lengthMax} characters`;
  if (text.startsWith("TZ=") || text.startsWith("CRON_TZ="))
    return "cannot use TZ or CRON_TZ in schedule, use timeZone field instead";
  if (text.startsWith("@every ")) return everyOf(text.slice("@every ".length));
  if (text.startsWith("@") && !words.has(text)) return `unrecognized descriptor: ${text}`;
  const fields = (words.get(text) ?? text).split(/\s+/).filter((field) => field !== "");
  if (fields.length !== 5) return `expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`;
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = fields;
  try {
    return {
      minutes: valuesOf(minute, bounds.minute),
      hours: valuesOf(hour, bounds.hour),
      days: valuesOf(day, bounds.day),
      months: valuesOf(month, bounds.month),
      weekdays: valuesOf(weekday, bounds.weekday),
      isAnyDay: isAny(day),
      isAnyWeekday: isAny(weekday),
    };
  } catch (error) {
    if (error instanceof ScheduleError) return error.message;
    throw error;
  }
}

class ScheduleError extends Error {}

function isAny(field: string): boolean {
  return field.split(",").some((part) => /^[*?](\/1)?$/.test(part));
}

function valuesOf(field: string, within: Bounds): Set<number> {
  return new Set(field.split(",").flatMap((part) => rangeOf(part, within)));
}

function rangeOf(part: string, within: Bounds): number[] {
  const [range = "", stepText, ...rest] = part.split("/");
  if (rest.length > 0) throw new ScheduleError(`too many slashes: ${part}`);
  const step = stepText === undefined ? 1 : numberOf(stepText, part);
  if (step === 0) throw new ScheduleError(`step of range should be a positive number: ${part}`);
  const [first, last] = endsOf(range, stepText !== undefined, within, part);
  if (first < within.first)
    throw new ScheduleError(`beginning of range (${first}) below minimum (${within.first}): ${part}`);
  if (last > within.last) throw new ScheduleError(`end of range (${last}) above maximum (${within.last}): ${part}`);
  if (first > last) throw new ScheduleError(`beginning of range (${first}) beyond end of range (${last}): ${part}`);
  return Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, index) => first + index * step);
}

function endsOf(range: string, hasStep: boolean, within: Bounds, part: string): [number, number] {
  if (range === "*" || range === "?") return [within.first, within.last];
  const [firstText = "", lastText, ...rest] = range.split("-");
  if (rest.length > 0) throw new ScheduleError(`too many hyphens: ${part}`);
  const first = numberOrName(firstText, within, part);
  if (lastText !== undefined) return [first, numberOrName(lastText, within, part)];
  // `5/15` goes on to the end.
  return [first, hasStep ? within.last : first];
}

function numberOrName(text: string, within: Bounds, part: string): number {
  const index = within.names?.indexOf(text.toLowerCase()) ?? -1;
  return index < 0 ? numberOf(text, part) : index + within.first;
}

function numberOf(text: string, part: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new ScheduleError(`failed to parse int from ${text}: ${part}`);
}

const secondsOfUnits: Readonly<Record<string, number>> = { h: 3600, m: 60, s: 1 };

/** `1h30m` */
function everyOf(duration: string): CronSchedule | string {
  const parts = [...duration.matchAll(/(\d{1,6})([hms])/g)];
  const seconds = parts.reduce((sum, [, amount, unit = ""]) => sum + Number(amount) * (secondsOfUnits[unit] ?? 0), 0);
  const isWhole = parts.map(([text]) => text).join("") === duration;
  return isWhole && seconds > 0 ? { everySeconds: seconds } : `failed to parse duration @every ${duration}`;
}
