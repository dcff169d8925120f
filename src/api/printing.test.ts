import { describe, expect, it } from "vitest";
import { age, shortDuration } from "./printing.ts";

const s = 1000;
const m = 60 * s;
const h = 60 * m;
const d = 24 * h;

describe("shortDuration", () => {
  it.each([
    [-5 * s, "<invalid>"],
    [-s, "0s"],
    [0, "0s"],
    [119 * s, "119s"],
    [120 * s, "2m"],
    [5 * m + 3 * s, "5m3s"],
    [10 * m + 59 * s, "10m"],
    [179 * m, "179m"],
    [3 * h + 5 * m, "3h5m"],
    [8 * h + 5 * m, "8h"],
    [47 * h, "47h"],
    [2 * d + 4 * h, "2d4h"],
    [9 * d + 4 * h, "9d"],
    [729 * d, "729d"],
    [800 * d, "2y70d"],
    [8 * 365 * d, "8y"],
  ])("%d ms is %s", (ms, text) => {
    expect(shortDuration(ms)).toBe(text);
  });

  it("says so when a time is unknown", () => {
    expect(age(undefined, 0)).toBe("<unknown>");
    expect(age("1970-01-01T00:00:00Z", 90 * s)).toBe("90s");
  });
});
