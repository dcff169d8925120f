/** Real voters through their public API, while leaders are killed, cut off and paused: no client is ever told a lie. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
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
import { boardPaths } from "./lab-names.ts";
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
        await strikeAndRecover(fault);
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

async function strikeAndRecover(fault: Fault): Promise<void> {
  const undo = await strike(lab, fault);
  // Shorter and longer than it takes to elect another leader.
  await pause(500 + secureRandom.below(3_000));
  await undo();
  await untilAllAnswer(fault);
}

/** The fleet is whole: each voter knows the latest revision. Where one does not, the error holds its last words. */
async function untilAllAnswer(fault: Fault): Promise<void> {
  let silent: readonly string[] = [];
  const everyoneAnswers = async () => {
    const answers = await Promise.allSettled(voters.map((voter) => voter.revision()));
    silent = lab.record.boards.map((board) => board.name).filter((_, place) => answers[place]?.status === "rejected");
    return silent.length === 0;
  };
  try {
    await waitUntil("every voter answers", recoveryMs, everyoneAnswers);
  } catch (error) {
    const words = silent.map((board) => `${board}:\n${lastWords(board)}`);
    throw new Error(`not whole again within ${recoveryMs / 1_000} s after '${fault}'\n${words.join("\n")}`, {
      cause: error,
    });
  }
}

function lastWords(board: string): string {
  return readFileSync(join(boardPaths(name, board).logs, "bramble.log"), "utf8")
    .split("\n")
    .slice(-20)
    .join("\n");
}
