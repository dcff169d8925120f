/** A voter on real file systems that are full, and that fail: a small tmpfs, and ext4 on a device that loses its ground. */
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../src/lib/logger.ts";
import { FileDisk } from "../../src/platform/disk/file-disk.ts";
import { secureRandom } from "../../src/platform/host/secure-random.ts";
import { systemClock } from "../../src/platform/host/system-clock.ts";
import { LevelStateBackend } from "../../src/platform/level/level-state-backend.ts";
import { DiskFullError } from "../../src/replication/disk-full.ts";
import { openReplicatedStore } from "../../src/replication/open-replicated-store.ts";
import type { Member, VoterId, VoterTransport } from "../../src/replication/ports.ts";
import type { ReplicatedVoter } from "../../src/replication/replicated-voter.ts";
import { waitUntil } from "../lab/wait-until.ts";

const member: Member = { id: "b1.0000000a" as VoterId, node: "b1", address: "127.0.0.1:1", role: "voter" };
const nowhere: VoterTransport = { send() {}, onMessage() {}, onEnded() {}, setMembers() {} };
const mebibyte = 1024 * 1024;
const tuning = {
  log: { segmentBytes: mebibyte / 4 },
  diskReserveBytes: 4 * mebibyte,
  diskLookTicks: 1,
  checkpointEntries: 40,
  retainedEntries: 10,
};

let root: string;
let ground: string;
const atEnd: (() => unknown)[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bramble-small-disk-"));
  atEnd.push(() => rmSync(root, { recursive: true }));
  ground = mount(["-t", "tmpfs", "-o", "size=24m", "tmpfs"], "ground");
});
afterEach(async () => {
  for (const end of atEnd.splice(0).reverse()) await end();
});

function mount(what: readonly string[], name: string): string {
  const place = join(root, name);
  mkdirSync(place);
  execFileSync("mount", [...what, place]);
  atEnd.push(() => execFileSync("umount", ["--lazy", place]));
  return place;
}

/** As others fill a disk: until `leftBytes` are left, or no room at all. */
function fill(directory: string, leftBytes = 0): string {
  const filler = join(directory, "filler");
  const { bavail, bsize } = statfsSync(directory);
  if (leftBytes > 0) {
    writeFileSync(filler, Buffer.alloc(bavail * bsize - leftBytes, 1));
    return filler;
  }
  for (let size = mebibyte; size >= 4096; size /= 2) {
    try {
      for (;;) appendFileSync(filler, Buffer.alloc(size, 1));
    } catch (error) {
      expect(error).toMatchObject({ code: "ENOSPC" });
    }
  }
  return filler;
}

async function openVoter(directory: string, failures: unknown[]): Promise<ReplicatedVoter> {
  const store = await openReplicatedStore({
    id: member.id,
    bootstrap: [member],
    disk: await FileDisk.open(join(directory, "raft")),
    stateBackend: await LevelStateBackend.open(join(directory, "state")),
    transport: nowhere,
    clock: systemClock,
    random: secureRandom,
    log: silentLogger,
    tuning,
    onFailure: (error) => failures.push(error),
  });
  await waitUntil("it leads", 10_000, () => store.leadership.role === "leader");
  return store;
}

/** Values that no compression makes smaller. */
const put = (key: string) => ({
  compares: [],
  mutations: [{ type: "put" as const, key, value: randomBytes(4096).toString("base64") }],
});

describe("fault 29: a voter whose file system is full", () => {
  it("refuses writes and says what to do, reads on, goes on when there is room, and loses nothing", async () => {
    const failures: unknown[] = [];
    let store = await openVoter(ground, failures);
    const acknowledged: string[] = [];
    const write = async () => {
      const key = `/registry/${acknowledged.length}`;
      await store.transact(put(key));
      acknowledged.push(key);
    };
    for (let round = 1; round <= 2; round += 1) {
      for (let n = 0; n < 60; n += 1) await write();
      // Below the reserve first: LevelDB does not forgive a checkpoint that is cut off by a disk filled at a stroke.
      fill(ground, tuning.diskReserveBytes / 2);
      const refused = async () => {
        for (;;) await write();
      };
      await expect(refused()).rejects.toThrow(DiskFullError);
      const filler = fill(ground);
      await expect(write()).rejects.toThrow(/disk is full: free some room on it/);
      await store.readBarrier();
      expect(await store.reader.get(acknowledged.at(-1) ?? "")).toBeDefined();
      rmSync(filler);
      await waitUntil("it takes writes again", 10_000, () =>
        write().then(
          () => true,
          () => false,
        ),
      );
    }
    await store.close();
    store = await openVoter(ground, failures);
    await store.readBarrier();
    for (const key of acknowledged) expect(await store.reader.get(key), key).toBeDefined();
    await store.close();
    expect(failures).toEqual([]);
  });
});

describe("fault 28: a voter whose device fails", () => {
  it("ends at the first write that returns EIO, and acknowledges nothing after it", async () => {
    const image = join(ground, "image");
    writeFileSync(image, "");
    execFileSync("truncate", ["--size=64M", image]);
    const device = execFileSync("losetup", ["--find", "--show", image]).toString().trim();
    atEnd.push(() => execFileSync("losetup", ["--detach", device]));
    execFileSync("mkfs.ext4", ["-q", "-E", "lazy_itable_init=0,nodiscard", "-O", "^has_journal", device]);
    const directory = mount([device], "ext4");
    const failures: unknown[] = [];
    const store = await openVoter(directory, failures);
    await store.transact(put("/registry/before"));
    // The device ends before the log now, as one that has lost its ground.
    execFileSync("truncate", ["--size=1M", image]);
    execFileSync("losetup", ["--set-capacity", device]);
    await expect(store.transact(put("/registry/after"))).rejects.toThrow("did not say in time");
    expect(failures).toEqual([expect.objectContaining({ code: "EIO" })]);
    await expect(store.transact(put("/registry/later"))).rejects.toThrow("stopping");
    expect(await store.reader.get("/registry/after")).toBeUndefined();
    await store.close();
    expect(failures).toHaveLength(1);
  });
});
