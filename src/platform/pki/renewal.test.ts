import { expect, it } from "vitest";
import { renewalDueMs } from "./renewal.ts";

const dayMs = 86_400_000;
const endMs = Date.UTC(2027, 10, 30);

it("a certificate is renewed after some two thirds of its year, not on all boards at once", () => {
  const days = Array.from({ length: 200 }, (_, index) => (endMs - renewalDueMs(endMs, `board-${index}`)) / dayMs);
  expect(Math.min(...days)).toBeGreaterThanOrEqual(365 / 3);
  expect(Math.max(...days)).toBeLessThanOrEqual(365 / 3 + 20);
  expect(new Set(days.map(Math.floor)).size).toBeGreaterThan(15);
  expect(renewalDueMs(endMs, "b1")).toBe(renewalDueMs(endMs, "b1"));
});
