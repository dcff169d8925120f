import { describe, expect, it } from "vitest";
import { seededRandom } from "../lib/random.ts";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { WorkQueue } from "./work-queue.ts";

function makeQueue() {
  const clock = new VirtualClock();
  let ready = 0;
  const queue = new WorkQueue({
    clock,
    random: seededRandom(1),
    backoff: { delayMsMin: 100, delayMsMax: 1000 },
    onReady: () => {
      ready += 1;
    },
  });
  return { clock, queue, readyCalls: () => ready };
}

describe("WorkQueue", () => {
  it("hands each key out once, in the order of arrival", () => {
    const { queue, readyCalls } = makeQueue();
    for (const key of ["b", "a", "b"]) queue.add(key);
    expect([queue.take(), queue.take(), queue.take()]).toEqual(["b", "a", undefined]);
    expect(readyCalls()).toBe(2);
  });

  it("gives a key that changed during its reconcile one more pass, after that pass", () => {
    const { queue } = makeQueue();
    queue.add("a");
    queue.take();
    queue.add("a");
    queue.add("a");
    expect(queue.take()).toBeUndefined();
    queue.done("a");
    expect(queue.take()).toBe("a");
    queue.done("a");
    expect(queue.take()).toBeUndefined();
  });

  it("delays a key until the earliest time asked for", () => {
    const { queue, clock } = makeQueue();
    queue.addAfter("a", 500);
    queue.addAfter("a", 200);
    queue.addAfter("a", 900);
    clock.advance(199);
    expect(queue.size).toBe(0);
    clock.advance(1);
    expect(queue.take()).toBe("a");
    queue.done("a");
    clock.advance(1000);
    expect(queue.size).toBe(0);
  });

  it("waits longer after each failure, up to the limit, and little again once forgotten", () => {
    const { queue, clock } = makeQueue();
    const delays = Array.from({ length: 6 }, () => {
      const delayMs = queue.retry("a");
      clock.advance(delayMs);
      queue.take();
      queue.done("a");
      return delayMs;
    });
    expect(delays[0]).toBeGreaterThanOrEqual(50);
    expect(delays[5]).toBeGreaterThanOrEqual(500);
    expect(Math.max(...delays)).toBeLessThanOrEqual(1000);
    queue.forget("a");
    expect(queue.retry("a")).toBeLessThanOrEqual(100);
  });

  it("leaves no timer behind when stopped", () => {
    const { queue, clock } = makeQueue();
    queue.addAfter("a", 500);
    queue.add("b");
    queue.stop();
    queue.add("c");
    expect([clock.pending, queue.size]).toEqual([0, 0]);
  });
});
