import { describe, expect, it } from "vitest";
import { systemClock } from "./system-clock.ts";

describe("systemClock.after", () => {
  it("is never early, not by a part of a millisecond", async () => {
    const earlyMs = await Promise.all(
      Array.from(
        { length: 300 },
        (_, n) =>
          new Promise<number>((resolve) => {
            const delayMs = 5 + n / 7;
            const dueMs = systemClock.monotonicMs() + delayMs;
            systemClock.after(delayMs, () => resolve(dueMs - systemClock.monotonicMs()));
          }),
      ),
    );
    expect(Math.max(...earlyMs)).toBeLessThanOrEqual(0);
  });

  it("waits longer than a timer of the machine can", async () => {
    let ran = false;
    const cancel = systemClock.after(2 ** 31 + 1_000, () => {
      ran = true;
    });
    await new Promise((resolve) => systemClock.after(20, () => resolve(undefined)));
    cancel();
    expect(ran).toBe(false);
  });

  it("does nothing once it is cancelled, although it had begun to wait again", async () => {
    const ran: number[] = [];
    const cancels = Array.from({ length: 50 }, (_, n) => systemClock.after(10 + n / 50, () => ran.push(n)));
    for (const cancel of cancels) cancel();
    await new Promise((resolve) => systemClock.after(25, () => resolve(undefined)));
    expect(ran).toEqual([]);
  });
});
