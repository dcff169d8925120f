/** Real voters under write load, killed again and again; what they had acknowledged must be there. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { secureRandom } from "../../src/platform/host/secure-random.ts";
import { revision } from "../../src/store/types.ts";
import { waitUntil } from "../lab/wait-until.ts";
import { prepareVoters, type VoterProcess } from "../support/voter-process.ts";
import { WriteLoad } from "./write-load.ts";

/** The release criteria are 200 and 20. */
const { BRAMBLE_CRASH_KILLS: killsAsked = "25", BRAMBLE_CRASH_BLACKOUTS: blackoutsAsked = "4" } = process.env;
const kills = Number(killsAsked);
const blackouts = Number(blackoutsAsked);
/** A round takes one to two seconds, most of it an election; a busy machine may need a multiple. */
const roundTimeoutMs = 15_000;
/** Small, so that crashes hit checkpoints, compaction of the log and snapshots that are being sent. */
const pace = { checkpointEntries: 400, retainedEntries: 50 };

const atEnd: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

async function startVoters(count: number): Promise<readonly VoterProcess[]> {
  const directory = await mkdtemp(join(tmpdir(), "bramble-crash-"));
  atEnd.push(() => rm(directory, { recursive: true, force: true }));
  const voters = await prepareVoters(count, directory, pace);
  atEnd.push(() => Promise.all(voters.map((voter) => voter.kill())));
  await Promise.all(voters.map((voter) => voter.start()));
  return voters;
}

/** Waits until writes are acknowledged anew, and on from there to a random point in the middle of them. */
async function writeOn(load: WriteLoad): Promise<void> {
  const enough = load.acknowledgedCount + 1 + secureRandom.below(100);
  await waitUntil("writes are acknowledged", roundTimeoutMs, () => load.acknowledgedCount >= enough, 1);
}

function oneOf<T>(these: readonly T[]): T {
  const [one] = these.slice(secureRandom.below(these.length));
  if (one === undefined) throw new Error("nothing to choose from");
  return one;
}

async function auditAll(load: WriteLoad, voters: readonly VoterProcess[]): Promise<void> {
  await load.stop();
  for (const voter of voters) expect(await load.audit(voter)).toEqual([]);
  load.start();
}

describe("voters that are killed while they write", () => {
  it(
    `lose no acknowledged write, killed ${kills} times one by one`,
    async () => {
      const voters = await startVoters(3);
      const load = new WriteLoad(voters);
      load.start();
      for (let round = 1; round <= kills; round += 1) {
        await writeOn(load);
        const victim = oneOf(voters);
        await victim.kill();
        // Sometimes it is back before anybody has missed it, sometimes after an election without it.
        await pause(secureRandom.below(3) * secureRandom.below(800));
        await victim.start();
        if (round % 25 === 0) await auditAll(load, voters);
      }
      await writeOn(load);
      await auditAll(load, voters);
      await load.stop();
      console.log(`${kills} kills: ${load.acknowledgedCount} writes were acknowledged, none is lost`);
    },
    kills * roundTimeoutMs,
  );

  it(
    `lose no acknowledged write, killed ${blackouts} times all at once`,
    async () => {
      const voters = await startVoters(3);
      const load = new WriteLoad(voters);
      load.start();
      for (let round = 1; round <= blackouts; round += 1) {
        await writeOn(load);
        await Promise.all(voters.map((voter) => voter.kill()));
        await Promise.all(voters.map((voter) => voter.start()));
        await writeOn(load);
        await auditAll(load, voters);
      }
      await load.stop();
      console.log(`${blackouts} kills of all: ${load.acknowledgedCount} writes were acknowledged, none is lost`);
    },
    blackouts * 4 * roundTimeoutMs,
  );
});

describe("a single voter", () => {
  it("has a write that it acknowledged just before it was killed", async () => {
    const [voter] = await startVoters(1);
    if (voter === undefined) throw new Error("no voter");
    for (let round = 1; round <= 10; round += 1) {
      const key = `/registry/last-words/${round}`;
      const value = `said in round ${round}`;
      const compares = [{ key, modRevision: revision(0) }];
      const { kind } = await voter.transact({ compares, mutations: [{ type: "put", key, value }] });
      await voter.kill();
      expect(kind).toBe("committed");
      await voter.start();
      expect(await voter.read(key)).toEqual({ value, modRevision: round, revision: round });
    }
  });
});
