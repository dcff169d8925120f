/** A process of its own for `dashboard`: API server, telemetry broker, and 200 boards that measure every 10 s. */
import { FixtureFleet, mayDoAll } from "../../test/dashboard/fixture-fleet.ts";
import { sampleFleet } from "../../test/dashboard/sample-fleet.ts";

/** The first message to the bench; each later one is what this process holds in memory. */
export interface FleetReady {
  readonly url: string;
  readonly token: string;
}

export const boards = 200;
export const pods = 2_000;
const intervalMs = 10_000;

if (process.send !== undefined) {
  const fixture = await FixtureFleet.open();
  const sample = sampleFleet(fixture, boards, pods);
  let next = 0;
  // One after the other rather than all at once, as boards that started at any time do.
  const timer = setInterval(() => {
    sample.measure([sample.nodes[next % boards] ?? ""]);
    next += 1;
  }, intervalMs / boards);
  process.once("disconnect", () => {
    clearInterval(timer);
    void fixture[Symbol.asyncDispose]().finally(() => process.exit());
  });
  const ready: FleetReady = { url: fixture.url, token: await fixture.token("administrator", mayDoAll) };
  process.send(ready);
}
