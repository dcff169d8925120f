import { describe, expect, it } from "vitest";
import type { Clock } from "../lib/clock.ts";
import { UsageError } from "../lib/errors.ts";
import { silentLogger } from "../lib/logger.ts";
import { seededRandom } from "../lib/random.ts";
import { MemoryStateBackend, MemoryDisk as StateDisk } from "../store/testing/memory-state-backend.ts";
import { revision } from "../store/types.ts";
import { openReplicatedStore } from "./open-replicated-store.ts";
import { type Leadership, type Member, NoLeaderError, type VoterId, type VoterTransport } from "./ports.ts";
import type { ReplicatedVoter } from "./replicated-voter.ts";
import { MemoryDisk } from "./testing/memory-disk.ts";

const member: Member = { id: "b1.0000000a" as VoterId, node: "b1", address: "10.99.0.1:8883", role: "voter" };
const nowhere: VoterTransport = { send() {}, onMessage() {}, onEnded() {}, setMembers() {} };
const put = (key: string) => ({ compares: [], mutations: [{ type: "put" as const, key, value: "1" }] });

/** Time that passes when a test says so. */
class ManualClock implements Clock {
  readonly #waiting = new Set<() => void>();

  nowMs(): number {
    return 0;
  }

  monotonicMs(): number {
    return 0;
  }

  after(_delayMs: number, action: () => void): () => void {
    this.#waiting.add(action);
    return () => this.#waiting.delete(action);
  }

  /** Everything that waits happens, `count` times over. */
  async pass(count = 1): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      const due = Array.from(this.#waiting);
      this.#waiting.clear();
      for (const action of due) action();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

interface Board {
  readonly disk: MemoryDisk;
  readonly stateDisk: StateDisk;
  readonly clock: ManualClock;
  readonly failures: unknown[];
}

const newBoard = (): Board => ({
  disk: new MemoryDisk(),
  stateDisk: new StateDisk(),
  clock: new ManualClock(),
  failures: [],
});

function open(board: Board, bootstrap?: readonly Member[]): Promise<ReplicatedVoter> {
  return openReplicatedStore({
    id: member.id,
    ...(bootstrap !== undefined && { bootstrap }),
    disk: board.disk,
    stateBackend: new MemoryStateBackend(board.stateDisk),
    transport: nowhere,
    clock: board.clock,
    random: seededRandom(board.disk.writes.length),
    log: silentLogger,
    onFailure: (error) => board.failures.push(error),
  });
}

async function openLeader(board: Board): Promise<ReplicatedVoter> {
  const store = await open(board, [member]);
  await board.clock.pass(2);
  expect(store.leadership.role).toBe("leader");
  return store;
}

describe("a fleet of one voter", () => {
  it("leads at once, commits, and remembers across a clean end and across a crash", async () => {
    const board = newBoard();
    const first = await openLeader(board);
    expect(await first.transact(put("/registry/a"))).toEqual({ kind: "committed", revision: revision(1) });
    await first.close();
    const second = await openLeader(board);
    await second.readBarrier();
    await second.transact(put("/registry/b"));
    // Not closed: the state's checkpoint lacks the second key, and the log has it.
    const third = await openLeader(board);
    await third.readBarrier();
    expect(await third.reader.get("/registry/a")).toBeDefined();
    expect(await third.reader.get("/registry/b")).toBeDefined();
  });

  it("writes nothing while nothing happens, nor at the end of a start in which nothing happened", async () => {
    const board = newBoard();
    const store = await openLeader(board);
    // The end of the log is marked once, when the start is over.
    await board.clock.pass(100);
    const writes = board.disk.writes.length;
    await board.clock.pass(6_000);
    expect(board.disk.writes).toHaveLength(writes);
    expect(board.stateDisk.written.batches).toBe(0);
    await store.close();
    const batches = board.stateDisk.written.batches;
    await (await open(board)).close();
    expect(board.stateDisk.written.batches).toBe(batches);
  });

  it("makes one write of all proposals that wait", async () => {
    const board = newBoard();
    const store = await openLeader(board);
    const before = board.disk.writes.length;
    await Promise.all(Array.from({ length: 50 }, (_, n) => store.transact(put(`/registry/${n}`))));
    expect(board.disk.writes.length - before).toBeLessThanOrEqual(2);
  });

  it("refuses a fence of another term", async () => {
    const store = await openLeader(newBoard());
    const { term } = store.leadership;
    expect(await store.transact({ ...put("/registry/a"), fence: term })).toMatchObject({ kind: "committed" });
    expect(await store.transact({ ...put("/registry/b"), fence: term - 1 })).toMatchObject({ kind: "fenced" });
  });

  it("ends the leader's signal when it stops, and answers no more", async () => {
    const store = await openLeader(newBoard());
    const seen: Leadership[] = [];
    store.onLeadership((leadership) => seen.push(leadership));
    await store.close();
    const [leading] = seen;
    expect(leading?.role === "leader" && leading.signal.aborted).toBe(true);
    expect(seen.at(-1)?.role).toBe("follower");
    await expect(store.transact(put("/registry/a"))).rejects.toThrow(NoLeaderError);
  });

  it("acknowledges nothing after its disk has failed", async () => {
    const board = newBoard();
    const store = await openLeader(board);
    board.disk.interruptNext = () => {};
    await expect(store.transact(put("/registry/a"))).rejects.toThrow("did not say in time");
    expect(board.failures).toHaveLength(1);
    await expect(store.transact(put("/registry/b"))).rejects.toThrow(NoLeaderError);
    await store.close();
    expect(board.stateDisk.written.batches).toBe(0);
  });
});

describe("a voter that nobody has called yet", () => {
  it("stays silent and knows no leader", async () => {
    const board = newBoard();
    const store = await open(board);
    await board.clock.pass(100);
    expect(store.leadership).toEqual({ role: "follower", term: 0, leader: undefined });
    expect(store.members).toEqual([]);
    expect(board.disk.writes).toHaveLength(0);
  });
});

describe("a start on disks that do not belong together", () => {
  async function used(): Promise<Board> {
    const board = newBoard();
    const store = await openLeader(board);
    await store.transact(put("/registry/a"));
    await store.close();
    return board;
  }

  it("is refused when the log is gone", async () => {
    const board = await used();
    board.disk.files.clear();
    await expect(open(board, [member])).rejects.toThrow(UsageError);
  });

  it("is refused when the log is older than the state", async () => {
    const board = newBoard();
    const store = await openLeader(board);
    const old = new Map(Array.from(board.disk.files, ([name, file]) => [name, Buffer.from(file)]));
    await store.transact(put("/registry/a"));
    await store.close();
    board.disk.files.clear();
    for (const [name, file] of old) board.disk.files.set(name, file);
    await expect(open(board)).rejects.toThrow(/its log ends before its state.*bramble join/);
  });
});
