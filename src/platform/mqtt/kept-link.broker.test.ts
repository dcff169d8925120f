import { afterEach, expect, it } from "vitest";
import type { Clock } from "../../lib/clock.ts";
import { silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { systemClock } from "../host/system-clock.ts";
import { KeptLink } from "./kept-link.ts";
import { voterBackoff } from "./link-limits.ts";
import { Door } from "./testing/door.ts";
import { address, TestFleet } from "./testing/test-fleet.ts";

const fleet = await TestFleet.create();
afterEach(() => fleet.close());

/** Notes how long it was asked to wait, and does not. */
class HurriedClock implements Clock {
  readonly waitsMs: number[] = [];
  readonly nowMs = systemClock.nowMs;
  readonly monotonicMs = systemClock.monotonicMs;

  after(delayMs: number, action: () => void): () => void {
    this.waitsMs.push(delayMs);
    return systemClock.after(0, action);
  }
}

/** A voter's link to where nobody lets it in. */
async function startLink(port: number, seed: number) {
  const clock = new HurriedClock();
  const { credentials } = await fleet.voter("b1");
  const link = new KeptLink({
    clock,
    random: seededRandom(seed),
    logger: silentLogger,
    credentials: () => credentials,
    clientId: "voter/b1.0a1b2c3d",
    backoff: voterBackoff,
    onMessage: () => {},
    onConnection: () => {},
  });
  link.setTargets([{ endpoint: { host: address, port }, accepts: () => true }]);
  fleet.atEnd(() => link.close());
  return { clock, link };
}

it("a link that finds nobody waits longer each time, within bounds, and not in step with others", async () => {
  const door = await Door.open(1);
  door.shut();
  fleet.atEnd(() => door.close());
  const links = await Promise.all([startLink(door.port, 1), startLink(door.port, 2)]);
  await eventually("both tried often", () => links.every(({ clock }) => clock.waitsMs.length >= 10));
  const { delayMsMin, delayMsMax } = voterBackoff;
  for (const { clock } of links) {
    for (const [attempt, waitMs] of clock.waitsMs.entries()) {
      const ceilingMs = Math.min(delayMsMax, delayMsMin * 2 ** (attempt + 1));
      expect(waitMs).toBeGreaterThanOrEqual(ceilingMs / 2);
      expect(waitMs).toBeLessThanOrEqual(ceilingMs);
    }
  }
  expect(links[0]?.clock.waitsMs.slice(0, 10)).not.toEqual(links[1]?.clock.waitsMs.slice(0, 10));
});

it("a link that is cut off as soon as it is up is not remade at full speed", async () => {
  const broker = await fleet.broker(await fleet.voter("b2"));
  const door = await Door.open(broker.port);
  fleet.atEnd(() => door.close());
  const { clock, link } = await startLink(door.port, 3);
  for (let round = 0; round < 6; round += 1) {
    await eventually("it is up", () => link.connected);
    door.shut();
    await eventually("it is lost", () => !link.connected);
    door.reopen();
  }
  await eventually("it is up again", () => link.connected);
  expect(clock.waitsMs.at(-1)).toBeGreaterThanOrEqual(voterBackoff.delayMsMax / 2);
});
