import { expect, it } from "vitest";
import { FleetClock } from "./fleet-clock.ts";
import { VirtualClock } from "./testing/virtual-clock.ts";

const hourMs = 3_600_000;
const floorMs = Date.UTC(2026, 5, 1);
const boot = (shownMs: number) => {
  const machine = new VirtualClock(shownMs);
  return { machine, clock: new FleetClock(machine, floorMs) };
};

it("goes on from the last certain time where the machine begins in 1970", () => {
  const { machine, clock } = boot(20_000);
  expect(clock.nowMs()).toBe(floorMs);
  expect(clock.isBehind).toBe(true);
  machine.advance(hourMs);
  expect(clock.nowMs()).toBe(floorMs + hourMs);
  // What it shows may be off by the time that it was switched off: others must not go by it, nor the next start.
  expect(clock.sayableMs).toBeUndefined();
  expect(clock.certainMs).toBeUndefined();
});

it("takes a voter's time where that is later, and keeps it", () => {
  const { machine, clock } = boot(20_000);
  clock.learn(floorMs + 100 * hourMs);
  machine.advance(hourMs);
  expect(clock.nowMs()).toBe(floorMs + 101 * hourMs);
  clock.learn(floorMs + hourMs);
  expect(clock.nowMs()).toBe(floorMs + 101 * hourMs);
  expect(clock.certainMs).toBe(clock.nowMs());
  expect(clock.sayableMs).toBeUndefined();
});

it("is not moved by voters once a time server keeps the machine's clock", () => {
  const { clock } = boot(floorMs + hourMs);
  clock.vouch();
  clock.learn(floorMs + 1_000_000 * hourMs);
  expect(clock.nowMs()).toBe(floorMs + hourMs);
  expect(clock.sayableMs).toBe(floorMs + hourMs);
});

it("lets nobody vouch for a clock that shows what has been", () => {
  const { clock } = boot(20_000);
  clock.vouch();
  expect(clock.nowMs()).toBe(floorMs);
  expect(clock.sayableMs).toBeUndefined();
});

it("follows the machine's clock where that is ahead of the last certain time", () => {
  expect(boot(floorMs + hourMs).clock.nowMs()).toBe(floorMs + hourMs);
});
