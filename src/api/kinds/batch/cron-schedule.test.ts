import { describe, expect, it } from "vitest";
import { parseCronSchedule } from "./cron-schedule.ts";

function moments(text: string) {
  const schedule = parseCronSchedule(text);
  if (typeof schedule === "string" || "everySeconds" in schedule) throw new Error(`${text} has no moments`);
  return schedule;
}

describe("parseCronSchedule", () => {
  it("reads numbers, ranges, lists, steps and names", () => {
    const { minutes, hours, days, months, weekdays } = moments("5,10-12,50/5 */8 1-31/15 jan-mar MON,fri");
    expect([...minutes]).toEqual([5, 10, 11, 12, 50, 55]);
    expect([...hours]).toEqual([0, 8, 16]);
    expect([...days]).toEqual([1, 16, 31]);
    expect([...months]).toEqual([1, 2, 3]);
    expect([...weekdays]).toEqual([1, 5]);
  });

  it("knows where a day is left open", () => {
    expect(moments("0 0 * * 1")).toMatchObject({ isAnyDay: true, isAnyWeekday: false });
    expect(moments("0 0 13 * ?")).toMatchObject({ isAnyDay: false, isAnyWeekday: true });
  });

  it("reads words", () => {
    expect(moments("@daily")).toEqual(moments("0 0 * * *"));
    expect(parseCronSchedule("@every 1h30m")).toEqual({ everySeconds: 5400 });
  });

  it.each([
    ["", "expected exactly 5 fields, found 0: []"],
    ["60 * * * *", "end of range (60) above maximum (59): 60"],
    ["* * 0 * *", "beginning of range (0) below minimum (1): 0"],
    ["5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"],
    ["*/0 * * * *", "step of range should be a positive number: */0"],
    ["a * * * *", "failed to parse int from a: a"],
    ["1-2-3 * * * *", "too many hyphens: 1-2-3"],
    ["@sometimes", "unrecognized descriptor: @sometimes"],
    ["@every soon", "failed to parse duration @every soon"],
    ["* ".repeat(500), "must be no more than 256 characters"],
  ])("%j is none", (text, wrong) => {
    expect(parseCronSchedule(text)).toBe(wrong);
  });
});
