/** What streams do over real links, whichever broker carries them: much at once, and nobody held up by anybody. */
import { createHash, randomBytes } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, describe, expect, it } from "vitest";
import { StreamDesk, type StreamHandler } from "../../../agent/streams/stream-desk.ts";
import type { BoardStream, StreamRequest } from "../../../api/board-stream.ts";
import { VoterStreams } from "../../../boards/streams/voter-streams.ts";
import { silentLogger } from "../../../lib/logger.ts";
import { MetricRegistry } from "../../../lib/metrics.ts";
import { seededRandom } from "../../../lib/random.ts";
import { eventually } from "../../../lib/testing/eventually.ts";
import type { VoterId } from "../../../replication/ports.ts";
import { systemClock } from "../../host/system-clock.ts";
import type { ClosableAgentLink, LinksRig, RigVoter } from "./links-conformance.ts";

const megabyte = 1024 * 1024;
const request: StreamRequest = { type: "connect", namespace: "default", pod: "web", uid: "u", port: 80 };
const { signal } = new AbortController();

/** Gives back what it is sent; a pod named `tap` never stops talking instead. */
const echo: StreamHandler = async (stream, request) => {
  stream.accept();
  const block = randomBytes(16 * 1024);
  if (request.type !== "usage" && request.type !== "metrics" && request.pod === "tap")
    for (;;) await stream.write(1, block);
  for await (const bytes of stream.read(0)) await stream.write(0, bytes);
  stream.end({ type: "closed" });
};

interface StreamVoter extends RigVoter {
  readonly streams: VoterStreams;
}

class StreamsRig {
  readonly voters: StreamVoter[] = [];
  readonly #links: LinksRig;

  constructor(links: LinksRig) {
    this.#links = links;
  }

  async open(...nodes: readonly string[]): Promise<void> {
    const opened = await Promise.all(nodes.map((node) => this.#links.voter(node)));
    const members = opened.map(({ member }) => member);
    for (const rigVoter of opened) {
      const { transport, voter, boards } = rigVoter;
      transport.setMembers(members);
      // A board leaves a home that does not answer it.
      boards.onPresence((node, connected) => {
        if (connected) boards.send(node, "ack", new Uint8Array(1));
      });
      const others: readonly VoterId[] = members.map(({ id }) => id).filter((id) => id !== voter.id);
      const streams = new VoterStreams({
        boards,
        voters: {
          others,
          send: (to, message) => {
            const id = others.find((other) => other === to);
            if (id !== undefined) transport.send(id, "stream", message);
          },
          onMessage: (handler) => {
            transport.onMessage((from, channel, payload) => {
              if (channel === "stream") handler(from, payload);
            });
          },
        },
        clock: systemClock,
        random: seededRandom(members.length + this.voters.length),
        metrics: new MetricRegistry(),
      });
      this.voters.push({ ...rigVoter, streams });
    }
    // Links between voters come up by themselves; nobody says when.
    for (const one of this.voters) for (const other of this.voters) if (one !== other) await heard(one, other);
  }

  async board(node: string, handle: StreamHandler = echo): Promise<{ link: ClosableAgentLink; desk: StreamDesk }> {
    const link = await this.#links.agent(node);
    const desk = new StreamDesk({ node, carrier: link, clock: systemClock, log: silentLogger, handle });
    link.setVoters(this.voters.map(({ member }) => member.address));
    await this.homeOf(node);
    return { link, desk };
  }

  homeOf(node: string, timeoutMs = 10_000): Promise<StreamVoter> {
    const look = () => this.voters.find(({ boards }) => boards.connected.has(node));
    return eventually(`${node} has a home`, look, timeoutMs);
  }

  async otherThan(node: string): Promise<StreamVoter> {
    const home = await this.homeOf(node);
    const other = this.voters.find((each) => each !== home);
    if (other === undefined) throw new Error("there is no other voter");
    return other;
  }

  async close(): Promise<void> {
    for (const { streams } of this.voters) streams.close();
    await this.#links.close();
  }
}

async function heard(one: StreamVoter, other: StreamVoter): Promise<void> {
  let isHeard = false;
  other.transport.onMessage((from) => {
    isHeard ||= from === one.voter.id;
  });
  await eventually("the voters hear each other", () => {
    one.transport.send(other.voter.id, "presence", new Uint8Array(1));
    return isHeard;
  });
}

/** Sends `length` bytes, reads them back, and compares. `onProgress` is called for every 4 MiB that came back. */
async function roundTrip(stream: BoardStream, length: number, onProgress = () => {}): Promise<void> {
  const sent = createHash("sha256");
  const received = createHash("sha256");
  let count = 0;
  const reading = (async () => {
    for await (const bytes of stream.read(0)) {
      received.update(bytes);
      if ((count + bytes.length) >> 22 > count >> 22) onProgress();
      count += bytes.length;
    }
  })();
  const block = randomBytes(100_000);
  for (let left = length; left > 0; left -= block.length) {
    const part = Buffer.from(block.subarray(0, left));
    part.writeUInt32BE(left);
    sent.update(part);
    await stream.write(0, part);
  }
  stream.finish(0);
  await reading;
  expect(count).toBe(length);
  expect(received.digest("hex")).toBe(sent.digest("hex"));
  expect(await stream.ended).toEqual({ type: "closed" });
}

/** What buffers in use take, garbage aside. */
function buffersInUse(): number {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  // The first marks what is not used, the second waits until it is given back.
  collect();
  collect();
  return process.memoryUsage().arrayBuffers;
}

async function longest(repetitions: number, work: () => Promise<unknown>): Promise<number> {
  let worstMs = 0;
  for (let count = 0; count < repetitions; count += 1) {
    const startMs = performance.now();
    await work();
    worstMs = Math.max(worstMs, performance.now() - startMs);
  }
  return worstMs;
}

export function describeStreams(broker: string, openRig: () => Promise<LinksRig>): void {
  describe(`streams over ${broker}`, () => {
    let rig: StreamsRig;
    const open = async (...nodes: readonly string[]) => {
      rig = new StreamsRig(await openRig());
      await rig.open(...nodes);
    };
    afterEach(() => rig.close());

    it("carry 20 MB each way at once with flat memory, at the board's home and through it", async () => {
      await open("b1", "b2");
      await rig.board("b9");
      for (const voter of [await rig.homeOf("b9"), await rig.otherThan("b9")]) {
        const openStream = () => voter.streams.open("b9", request, signal);
        const watched = await openStream();
        const samples = [buffersInUse()];
        await roundTrip(watched, 20 * megabyte, () => samples.push(buffersInUse()));
        const growth = Math.max(...samples) - Math.min(...samples);
        const timed = await openStream();
        const startMs = performance.now();
        await roundTrip(timed, 20 * megabyte);
        const seconds = (performance.now() - startMs) / 1_000;
        const way = voter.boards.connected.has("b9") ? "at home" : "relayed";
        process.stdout.write(
          `${broker}, ${way}: 20 MiB each way in ${seconds.toFixed(1)} s, buffers within ${growth >> 10} KiB\n`,
        );
        expect(samples.length).toBe(6);
        expect(growth).toBeLessThan(8 * megabyte);
      }
    }, 120_000);

    it("go on ten at once", async () => {
      await open("b1", "b2");
      await rig.board("b9");
      const voters = [await rig.homeOf("b9"), await rig.otherThan("b9")];
      const streams = await Promise.all(
        Array.from({ length: 10 }, (_, index) => voters[index % 2]?.streams.open("b9", request, signal)),
      );
      await Promise.all(streams.map((stream) => (stream === undefined ? undefined : roundTrip(stream, 2 * megabyte))));
    });

    it("leave room for slices, votes and each other while some are not read and some talk without end", async () => {
      await open("b1", "b2");
      const { link } = await rig.board("b9");
      const [home, other] = [await rig.homeOf("b9"), await rig.otherThan("b9")];
      const tap = { ...request, pod: "tap" };
      const frozen = await Promise.all([home, other].map(({ streams }) => streams.open("b9", tap, signal)));
      const endless = await Promise.all([home, other].map(({ streams }) => streams.open("b9", tap, signal)));
      let taken = 0;
      for (const stream of endless) {
        void (async () => {
          for await (const bytes of stream.read(1)) taken += bytes.length;
        })();
      }
      await eventually("much was said", () => taken > 5 * megabyte, 20_000);

      const sliceMs = await longest(50, () => {
        const told = new Promise<void>((resolve) => link.onMessage(() => resolve()));
        home.boards.send("b9", "slice", new Uint8Array(10_000));
        return told;
      });
      const reportMs = await longest(50, () => link.send("report", new Uint8Array(10_000)));
      const voteMs = await longest(50, () => {
        const told = new Promise<void>((resolve) => {
          other.transport.onMessage((_, channel) => channel === "raft" && resolve());
        });
        home.transport.send(other.voter.id, "raft", new Uint8Array(1_000));
        return told;
      });
      const times = [sliceMs, reportMs, voteMs].map((ms) => ms.toFixed(0)).join(", ");
      process.stdout.write(
        `${broker}: beside streams without end, slices, reports and votes took at most ${times} ms of 50\n`,
      );
      // The shortest election timeout is a second.
      expect(Math.max(sliceMs, reportMs, voteMs)).toBeLessThan(1_000);

      const stream = await home.streams.open("b9", request, signal);
      await roundTrip(stream, megabyte);
      for (const each of [...frozen, ...endless]) each.close();
      await eventually("nothing is open", () => home.streams.size + other.streams.size === 0);
    });

    it("end within seconds when the board's home dies, and are opened again at the next", async () => {
      await open("b1", "b2", "b3");
      const { desk } = await rig.board("b9");
      const home = await rig.homeOf("b9");
      const others = rig.voters.filter((voter) => voter !== home);
      const streams = await Promise.all(others.map((voter) => voter.streams.open("b9", request, signal)));
      home.streams.close();
      await home.stop();
      rig.voters.splice(rig.voters.indexOf(home), 1);
      const startMs = performance.now();
      for (const stream of streams) {
        expect(await stream.ended).toMatchObject({ reason: "Unavailable", message: expect.stringContaining("b9") });
      }
      expect(performance.now() - startMs).toBeLessThan(9_000);
      await eventually("the board knows", () => desk.size === 0, 10_000);
      await rig.homeOf("b9", 20_000);
      for (const voter of others) {
        const again = await voter.streams.open("b9", request, signal);
        await roundTrip(again, 1_000);
      }
    });

    it("end at once when the board leaves", async () => {
      await open("b1", "b2");
      const { link } = await rig.board("b9");
      const voters = [await rig.homeOf("b9"), await rig.otherThan("b9")];
      const streams = await Promise.all(voters.map((voter) => voter.streams.open("b9", request, signal)));
      const startMs = performance.now();
      link.close();
      for (const stream of streams) expect(await stream.ended).toMatchObject({ reason: "Unavailable" });
      expect(performance.now() - startMs).toBeLessThan(4_000);
      for (const voter of voters) {
        await expect(voter.streams.open("b9", request, signal)).rejects.toThrow(/b9 is not connected/);
      }
    });
  });
}
