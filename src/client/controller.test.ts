import { describe, expect, it } from "vitest";
import { AssertionError } from "../lib/assert.ts";
import { TerminalError } from "../lib/errors.ts";
import { silentLogger } from "../lib/logger.ts";
import { seededRandom } from "../lib/random.ts";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import { Controller, done, type Outcome } from "./controller.ts";

/** Lets every promise that can settle do so; nothing here waits for real time. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

function makeController(reconcile: (key: string) => Promise<Outcome>, concurrency = 1) {
  const clock = new VirtualClock();
  const abort = new AbortController();
  const controller = new Controller({
    name: "test",
    clock,
    random: seededRandom(7),
    log: silentLogger,
    concurrency,
    reconcile,
  });
  return { clock, controller, abort, ended: controller.run(abort.signal) };
}

describe("Controller", () => {
  it.each([
    { outcome: "done", next: async () => done, runs: 1 },
    { outcome: "after", next: async (): Promise<Outcome> => ({ kind: "after", delayMs: 60_000 }), runs: 2 },
    {
      outcome: "an error",
      next: async () => {
        throw new Error("link down");
      },
      runs: 2,
    },
    {
      outcome: "a terminal error",
      next: async () => {
        throw new TerminalError("no such thing");
      },
      runs: 1,
    },
  ])("after $outcome runs $runs times within a minute of waiting", async ({ next, runs }) => {
    let count = 0;
    const { clock, controller, abort, ended } = makeController(async () => {
      count += 1;
      return count === 1 ? next() : done;
    });
    controller.enqueue("a");
    await settle();
    clock.advance(60_000);
    await settle();
    expect(count).toBe(runs);
    expect(clock.pending).toBe(0);
    abort.abort();
    await ended;
  });

  it("works on as many keys at once as allowed", async () => {
    let release: () => void = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    let active = 0;
    let activeMax = 0;
    const { controller, abort, ended } = makeController(async () => {
      active += 1;
      activeMax = Math.max(activeMax, active);
      await gate;
      active -= 1;
      return done;
    }, 2);
    for (const key of ["a", "b", "c"]) controller.enqueue(key);
    await settle();
    expect(activeMax).toBe(2);
    abort.abort();
    release();
    await ended;
    expect(active).toBe(0);
  });

  it("ends with a bug instead of trying again", async () => {
    const { controller, ended } = makeController(async () => {
      throw new AssertionError("two leaders");
    });
    controller.enqueue("a");
    await expect(ended).rejects.toThrow("two leaders");
  });
});
