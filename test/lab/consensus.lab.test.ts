/** Real voters through their public API, while leaders are killed, cut off and paused: no client is ever told a lie. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secureRandom } from "../../src/platform/host/secure-random.ts";
import { ConfigMapClient } from "../linearizability/config-map-client.ts";
import { History } from "../linearizability/history.ts";
import { type Fault, faults, strike } from "../linearizability/nemesis.ts";
import { RegisterClients } from "../linearizability/register-clients.ts";
import { watchViolations } from "../linearizability/watch-guarantees.ts";
import { untilToldOf, Watcher } from "../linearizability/watcher.ts";
import { type Lab, upLab } from "./lab.ts";
import { removeLab } from "./remove-lab.ts";
import { waitUntil } from "./wait-until.ts";

const name = "test-consensus";
/** Each fault once, or, where time is given, one at random after the other. */
const { BRAMBLE_LIN_SECONDS: secondsAsked = "0" } = process.env;
const seconds = Number(secondsAsked);
const recoveryMs = 60_000;

let lab: Lab;
let voters: readonly ConfigMapClient[];

beforeAll(async () => {
  await removeLab(name);
  lab = await upLab({ name, boards: 3, voters: 3, bramble: true, say: () => {} });
  voters = lab.record.boards.map((board) => new ConfigMapClient(name, board));
});
afterAll(async () => {
  for (const voter of voters ?? []) voter.close();
  await removeLab(name);
});

function* faultsToStrike(): Generator<Fault> {
  yield* faults;
  const untilMs = performance.now() + seconds * 1_000;
  while (performance.now() < untilMs) {
    const [fault] = faults.slice(secureRandom.below(faults.length));
    if (fault !== undefined) yield fault;
  }
}

describe("three voters under a nemesis", () => {
  it(
    "answer reads, writes and swaps as one register would, and watches without gaps",
    async () => {
      const history = new History();
      const clients = new RegisterClients(voters, history);
      const watchers = [new Watcher(voters), new Watcher(voters)];
      await clients.start();
      for (const [first, watcher] of watchers.entries()) watcher.start(first);
      let struck = 0;
      for (const fault of faultsToStrike()) {
        const undo = await strike(lab, fault);
        // Shorter and longer than it takes to elect another leader.
        await pause(500 + secureRandom.below(3_000));
        await undo();
        await untilAllAnswer();
        await clients.renewObjects();
        struck += 1;
      }
      await clients.stop();
      const end = await voters[0]?.create("the-end", "new");
      expect(end?.kind).toBe("version");
      if (end?.kind === "version") await untilToldOf(end.version.revision, watchers);
      for (const watcher of watchers) await watcher.stop();

      expect(history.violations()).toEqual([]);
      const records = watchers.flatMap((watcher) => watcher.records);
      const told = [...history.versionsTold(), ...records.flatMap(({ events }) => events)];
      expect(records.flatMap((record) => watchViolations(record, told))).toEqual([]);
      const events = records.reduce((sum, record) => sum + record.events.length, 0);
      const resumed = watchers.reduce((sum, watcher) => sum + watcher.resumedCount, 0);
      console.log(
        `${struck} faults, ${clients.answeredCount} calls answered, ${clients.lostCount} lost, ` +
          `${events} events over ${resumed} watches: no violation`,
      );
      // Not vacuous: there was something to object to.
      expect(history.calls.length).toBeGreaterThan(struck * 100);
      expect(events).toBeGreaterThan(struck * 20);
    },
    (seconds + 300) * 1_000,
  );
});

/** The fleet is whole: each voter knows the latest revision. */
async function untilAllAnswer(): Promise<void> {
  await waitUntil("every voter answers", recoveryMs, async () => {
    const answers = await Promise.allSettled(voters.map((voter) => voter.revision()));
    return answers.every(({ status }) => status === "fulfilled");
  });
}
