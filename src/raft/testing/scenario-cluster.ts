/** Peers whose messages wait until a scenario delivers them, one printed line each. */
import { seededRandom } from "../../lib/random.ts";
import { checkInvariants, invariantOneLeaderATerm } from "../invariants.ts";
import { lastIndex } from "../log.ts";
import type { Entry, EntryPosition, HardState, Message, Peer, PeerId } from "../message.ts";
import { createRaft, defaultRaftTuning, peersOf, type Raft, type RaftTuning } from "../raft.ts";
import {
  compactLog,
  persisted,
  takeCommitted,
  takeReads,
  takeReady,
  takeSnapshotRequests,
  takeUrgent,
} from "../ready.ts";
import { sendSnapshot, tellCommit } from "../replication.ts";
import { step } from "../step.ts";
import { describeEntries, describeMessage } from "./describe.ts";

interface Disk {
  hardState: HardState;
  base: EntryPosition;
  entries: Entry[];
  /** What the state machine holds, as if it were durable at once. */
  applied: { index: number; term: number; peers: readonly Peer[] };
}

interface Node {
  raft: Raft;
  readonly disk: Disk;
  /** A slow disk: what Raft hands out stays unwritten. */
  isDiskHeld: boolean;
}

export class ScenarioCluster {
  readonly nodes = new Map<PeerId, Node>();
  messages: Message[] = [];
  /** What a scenario holds back. */
  readonly delayed: Message[] = [];
  /** Two entries or so fit into a message, so that scenarios see several. */
  appendBytesMax = 64;
  snapshotBytes = 0;
  limits: Partial<RaftTuning> = {};
  /** Peers, and links in one direction such as `a->b`. */
  readonly #cut = new Set<string>();
  #lines: string[] = [];

  /** Adds a peer whose log holds entries of these terms behind the configuration that all start with. */
  add(id: PeerId, peers: readonly Peer[], terms: readonly number[], hardState: HardState): void {
    const founding: Entry[] = peers.length === 0 ? [] : [{ index: 1, term: 1, type: "configuration", peers }];
    const rest = terms.map((term, place): Entry => ({ index: place + 2, term, type: "noop" }));
    const disk: Disk = {
      hardState,
      base: { index: 0, term: 0 },
      entries: [...founding, ...rest],
      applied: { index: 0, term: 0, peers: [] },
    };
    this.nodes.set(id, { raft: this.#boot(id, disk), disk, isDiskHeld: false });
  }

  node(id: PeerId): Node {
    const node = this.nodes.get(id);
    if (node === undefined) throw new Error(`no peer ${id}`);
    return node;
  }

  print(line: string): void {
    this.#lines.push(line);
  }

  takeOutput(): string {
    const output = this.#lines.join("\n");
    this.#lines = [];
    return output === "" ? "ok" : output;
  }

  /** Starts a peer again from its disk. */
  restart(id: PeerId): void {
    const node = this.node(id);
    node.raft = this.#boot(id, node.disk);
    node.isDiskHeld = false;
  }

  cut(peersAndLinks: readonly string[]): void {
    for (const each of peersAndLinks) this.#cut.add(each);
  }

  heal(): void {
    this.#cut.clear();
  }

  /** Does something to a peer, then carries out what it wants, as a driver would. */
  act(id: PeerId, action: (raft: Raft) => void): void {
    const node = this.node(id);
    const { role, term } = node.raft;
    action(node.raft);
    this.work(id);
    if (node.raft.role !== role || (node.raft.term !== term && node.raft.role !== "follower")) {
      this.print(`${id} becomes ${node.raft.role} in term ${node.raft.term}`);
    }
  }

  work(id: PeerId): void {
    const node = this.node(id);
    const { raft, disk } = node;
    this.#post(takeUrgent(raft));
    for (let ready = node.isDiskHeld ? undefined : takeReady(raft); ready !== undefined; ready = takeReady(raft)) {
      disk.hardState = ready.hardState;
      if (ready.snapshot !== undefined) {
        const { index, term, peers, data } = ready.snapshot;
        const expected = snapshotData(index, this.snapshotBytes);
        if (data.length !== expected.length || data.some((byte, at) => byte !== expected[at])) {
          throw new Error("a snapshot was put together wrongly");
        }
        disk.applied = { index, term, peers };
        disk.base = { index, term };
        disk.entries = [];
        this.print(`${id} installs the snapshot at ${index}`);
      }
      const first = ready.entries[0];
      if (first !== undefined) disk.entries.length = first.index - disk.base.index - 1;
      disk.entries.push(...ready.entries);
      this.#post(ready.messages);
      persisted(raft, ready);
      this.#post(takeUrgent(raft));
    }
    const committed = takeCommitted(raft);
    for (const entry of committed) {
      const peers = entry.type === "configuration" ? entry.peers : disk.applied.peers;
      disk.applied = { index: entry.index, term: entry.term, peers };
    }
    if (committed.length > 0) this.print(`${id} applies ${describeEntries(committed)}`);
    tellCommit(raft);
    this.#post(takeUrgent(raft));
    for (const { id: read, index } of takeReads(raft)) this.print(`${id} may serve read ${read} at ${index}`);
    for (const to of takeSnapshotRequests(raft)) {
      this.print(`${id} makes a snapshot at ${disk.applied.index}`);
      sendSnapshot(raft, to, { ...disk.applied, data: snapshotData(disk.applied.index, this.snapshotBytes) });
      this.#post(takeUrgent(raft));
    }
    checkInvariants(raft);
    invariantOneLeaderATerm(Array.from(this.nodes.values(), (each) => each.raft));
  }

  /** Delivers what waits now, but not what that leads to. Returns how many messages there were. */
  deliverRound(isWanted: (message: Message) => boolean): number {
    const wanted = this.messages.filter(isWanted);
    this.messages = this.messages.filter((message) => !isWanted(message));
    for (const message of wanted) {
      const isLost = this.#isCutOff(message) || !this.nodes.has(message.to);
      this.print(`${describeMessage(message)}${isLost ? "  (lost)" : ""}`);
      if (!isLost) this.act(message.to, (raft) => step(raft, message));
    }
    return wanted.length;
  }

  compact(id: PeerId, index: number): void {
    const { raft, disk } = this.node(id);
    compactLog(raft, index);
    disk.entries = disk.entries.filter((entry) => entry.index > index);
    disk.base = raft.log.base;
  }

  describe(id: PeerId): string {
    const { raft } = this.node(id);
    const log = raft.log.entries.map((entry) => entry.term).join(" ");
    const base = raft.log.base.index === 0 ? "" : `..${raft.log.base.index} `;
    const peers = peersOf(raft).map((peer) => (peer.role === "voter" ? peer.id : `${peer.id}(learner)`));
    return `${id}: ${raft.role} term=${raft.term} commit=${raft.commitIndex} last=${lastIndex(raft.log)} terms=[${base}${log}] peers=${peers.join(",") || "none"}`;
  }

  #isCutOff({ from, to }: Message): boolean {
    return [from, to, `${from}->${to}`].some((each) => this.#cut.has(each));
  }

  #post(messages: readonly Message[]): void {
    this.messages.push(...messages);
  }

  #boot(id: PeerId, disk: Disk): Raft {
    const { hardState, base, entries, applied } = disk;
    // Enough of a draw: a scenario says itself who campaigns when.
    const random = seededRandom(Array.from(id).reduce((seed, letter) => seed * 31 + letter.charCodeAt(0), 7));
    const { appendBytesMax } = this;
    // Scenarios count ticks, so theirs do not change with what suits boards.
    const ticks = { electionTicksMin: 10, electionTicksMax: 20, heartbeatTicks: 3 };
    const tuning = { ...defaultRaftTuning, ...ticks, appendBytesMax, inFlightMax: 3, ...this.limits };
    const restored = { hardState, base, entries, appliedIndex: applied.index, peers: applied.peers };
    return createRaft(id, random, tuning, restored);
  }
}

/** Bytes that differ from entry to entry and from place to place. */
function snapshotData(index: number, byteCount: number): Uint8Array {
  return Uint8Array.from({ length: byteCount }, (_, at) => (index * 31 + at * 7) % 251);
}
