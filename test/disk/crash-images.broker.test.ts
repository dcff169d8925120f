/**
 * What a voter's disk holds at any instant, opened elsewhere: a real voter under load is stopped in the middle of
 * whatever it does, its files are copied, and the copy must hold every write acknowledged until then. The checkpoints
 * are small and constant, so that many images catch LevelDB while it writes, compacts and is followed by the log.
 */
import { cpSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../src/lib/logger.ts";
import { FileDisk } from "../../src/platform/disk/file-disk.ts";
import { secureRandom } from "../../src/platform/host/secure-random.ts";
import { systemClock } from "../../src/platform/host/system-clock.ts";
import { LevelStateBackend } from "../../src/platform/level/level-state-backend.ts";
import { openReplicatedStore } from "../../src/replication/open-replicated-store.ts";
import type { VoterId, VoterTransport } from "../../src/replication/ports.ts";
import { waitUntil } from "../lab/wait-until.ts";
import { prepareVoters, type VoterProcess } from "../support/voter-process.ts";

const { BRAMBLE_CRASH_IMAGES: imagesAsked = "10" } = process.env;
const images = Number(imagesAsked);
const nowhere: VoterTransport = { send() {}, onMessage() {}, onEnded() {}, setMembers() {} };

const atEnd: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

/** Writes new keys one group after the other, until the signal; `acknowledged` grows. */
async function writeOn(voter: VoterProcess, acknowledged: string[], signal: AbortSignal): Promise<void> {
  for (let group = 0; !signal.aborted; group += 1) {
    const keys = Array.from({ length: 8 }, (_, n) => `/registry/image/${group}-${n}`);
    await Promise.all(
      keys.map(async (key) => {
        await voter.transact({ compares: [], mutations: [{ type: "put", key, value: key.repeat(40) }] });
        acknowledged.push(key);
      }),
    );
  }
}

async function copyAtOnce(voter: VoterProcess, to: string): Promise<void> {
  process.kill(voter.pid, "SIGSTOP");
  try {
    await waitUntil("all its threads stand still", 10_000, () => standsStill(voter.pid), 1);
    for (const part of ["raft", "state"]) cpSync(join(voter.directory, part), join(to, part), { recursive: true });
  } finally {
    process.kill(voter.pid, "SIGCONT");
  }
}

/** A thread that waits for the disk stops only when its write is done. */
function standsStill(pid: number): boolean {
  const threads = `/proc/${pid}/task`;
  return readdirSync(threads).every((id) => / T /.test(readFileSync(join(threads, id, "stat"), "utf8")));
}

/** How many of `keys` a voter that starts on `directory` does not have. */
async function missing(id: string, directory: string, keys: readonly string[]): Promise<number> {
  const store = await openReplicatedStore({
    id: id as VoterId,
    disk: await FileDisk.open(join(directory, "raft")),
    stateBackend: await LevelStateBackend.open(join(directory, "state")),
    transport: nowhere,
    clock: systemClock,
    random: secureRandom,
    log: silentLogger,
    onFailure: (error) => {
      throw error;
    },
  });
  await store.readBarrier();
  const { items } = await store.reader.range({ prefix: "/registry/image/" });
  await store.close();
  const found = new Set(items.map(({ key }) => key));
  return keys.filter((key) => !found.has(key)).length;
}

describe("faults 25 and 33: the power is cut while a voter writes its log and checkpoints its state", () => {
  it(
    `leaves every acknowledged write in ${images} images`,
    async () => {
      const directory = mkdtempSync(join(tmpdir(), "bramble-images-"));
      atEnd.push(() => rm(directory, { recursive: true, force: true }));
      const [voter] = await prepareVoters(1, directory, { checkpointEntries: 8, retainedEntries: 4 });
      if (voter === undefined) throw new Error("no voter");
      atEnd.push(() => voter.kill());
      await voter.start();
      const acknowledged: string[] = [];
      const stopping = new AbortController();
      const writing = writeOn(voter, acknowledged, stopping.signal);
      writing.catch(() => {});
      await waitUntil("writes are acknowledged", 20_000, () => acknowledged.length > 0);
      for (let image = 1; image <= images; image += 1) {
        await pause(20 + secureRandom.below(100));
        const place = join(directory, `image-${image}`);
        const known = acknowledged.length;
        await copyAtOnce(voter, place);
        expect(await missing(voter.id, place, acknowledged.slice(0, known)), `image ${image}`).toBe(0);
        await rm(place, { recursive: true });
      }
      stopping.abort();
      await writing;
    },
    60_000 + images * 3_000,
  );
});
