import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import type { BoardStream, StreamChannel, StreamRequest } from "../board-stream.ts";
import { windowCost } from "./receive-channel.ts";
import { aliveMs, StreamEndpoint, silentMsMax } from "./stream-endpoint.ts";
import { costOf, dataBytesMax, encodeFrame, readHeader } from "./stream-frame.ts";

const request: StreamRequest = { type: "connect", namespace: "default", pod: "web", uid: "u", port: 80 };

/** Two ends and what is between them; a message arrives when `deliver` is called, unless `loses` says otherwise. */
class Pair {
  readonly clock = new VirtualClock();
  readonly opener: StreamEndpoint;
  readonly board: StreamEndpoint;
  loses: (message: Uint8Array) => boolean = () => false;

  constructor() {
    const common = { id: 7, nowMs: () => this.clock.monotonicMs(), onReady: () => {}, onOver: () => {} };
    this.opener = new StreamEndpoint({ ...common, peer: "board b1", open: { node: "b1", request } });
    this.board = new StreamEndpoint({ ...common, peer: "the voter" });
    this.opener.nextMessage();
  }

  /** Until neither side has anything to say, and every reader has taken what there was. */
  async settle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      const moved = this.#move(this.opener, this.board) + this.#move(this.board, this.opener);
      await new Promise((resolve) => setImmediate(resolve));
      quiet = moved > 0 ? 0 : quiet + 1;
    }
  }

  #move(from: StreamEndpoint, to: StreamEndpoint): number {
    let count = 0;
    for (let message = from.nextMessage(); message !== undefined; message = from.nextMessage()) {
      count += 1;
      if (!this.loses(message)) to.receive(message);
    }
    return count;
  }
}

async function collect(stream: BoardStream, channel: StreamChannel): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream.read(channel)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const chunksArbitrary = fc.array(
  fc.uint8Array({ maxLength: 70_000, size: "max" }).map((bytes) => new Uint8Array(bytes)),
  { maxLength: 12 },
);

describe("a stream", () => {
  it("delivers what was written, on each channel in order, and then ends, over any lossless pipe", async () => {
    await fc.assert(
      fc.asyncProperty(fc.tuple(chunksArbitrary, chunksArbitrary, chunksArbitrary), async ([input, out, err]) => {
        const pair = new Pair();
        const received = Promise.all([
          collect(pair.board, 0),
          collect(pair.opener, 1),
          collect(pair.opener, 2),
          pair.opener.ended,
        ]);
        const write = async (end: StreamEndpoint, channel: StreamChannel, chunks: readonly Uint8Array[]) => {
          for (const chunk of chunks) await end.write(channel, chunk);
          end.finish(channel);
        };
        pair.board.accept();
        const writing = Promise.all([
          write(pair.opener, 0, input),
          write(pair.board, 1, out),
          write(pair.board, 2, err),
        ]).then(() => pair.board.end({ type: "exited", code: 3 }));
        // The board's end follows its own output; what was sent in has been read by then or is not wanted.
        let isDone = false;
        void writing.then(() => (isDone = true));
        while (!isDone) await pair.settle();
        await pair.settle();
        const [stdin, stdout, stderr, end] = await received;
        expect(stdout.equals(Buffer.concat(out))).toBe(true);
        expect(stderr.equals(Buffer.concat(err))).toBe(true);
        expect(stdin.equals(Buffer.concat(input))).toBe(true);
        expect(end).toEqual({ type: "exited", code: 3 });
      }),
      { numRuns: 25 },
    );
  });

  it("delivers a true beginning and ends with a reason where messages are lost", async () => {
    await fc.assert(
      fc.asyncProperty(chunksArbitrary, fc.integer({ min: 1, max: 2 ** 30 }), async (out, seed) => {
        const pair = new Pair();
        let draw = seed;
        pair.loses = () => {
          draw = (Math.imul(draw, 1_103_515_245) + 12_345) >>> 0;
          return draw % 5 === 0;
        };
        const received = collect(pair.opener, 1);
        pair.board.accept();
        for (const chunk of out) pair.board.write(1, chunk).catch(() => {});
        pair.board.end({ type: "exited", code: 0 });
        for (let round = 0; round < 20; round += 1) {
          await pair.settle();
          pair.clock.advance(aliveMs);
          pair.opener.tick();
          pair.board.tick();
        }
        const whole = Buffer.concat(out);
        const got = await received;
        expect(got.equals(whole.subarray(0, got.length))).toBe(true);
        const end = await pair.opener.ended;
        if (end.type === "exited") expect(got.length).toBe(whole.length);
        else expect(end).toMatchObject({ type: "failed", reason: "Unavailable" });
        expect([pair.opener.isOver, pair.board.isOver]).toEqual([true, true]);
      }),
      { numRuns: 25 },
    );
  });

  it("holds no more than its window for a reader that does not read, and goes on when it does", async () => {
    const pair = new Pair();
    let sent = 0;
    const writing = (async () => {
      for (let count = 0; count < 40; count += 1) {
        await pair.board.write(1, new Uint8Array(20_000));
        sent += 20_000;
      }
      pair.board.end({ type: "closed" });
    })();
    await pair.settle();
    expect(sent).toBeLessThanOrEqual(windowCost + 2 * dataBytesMax + 20_000);
    const received = collect(pair.opener, 1);
    await pair.settle();
    await writing;
    expect((await received).length).toBe(800_000);
  });

  it("has other channels move while one is not read", async () => {
    const pair = new Pair();
    void pair.board.write(1, new Uint8Array(2 * windowCost)).catch(() => {});
    const errors = collect(pair.opener, 2);
    const writing = pair.board.write(2, new Uint8Array(windowCost)).then(() => pair.board.finish(2));
    await pair.settle();
    await writing;
    await pair.settle();
    expect((await errors).length).toBe(windowCost);
  });

  it("half-closes: the other direction goes on", async () => {
    const pair = new Pair();
    const input = collect(pair.board, 0);
    pair.opener.finish(0);
    await pair.settle();
    expect((await input).length).toBe(0);
    const output = collect(pair.opener, 1);
    await pair.board.write(1, Buffer.from("late"));
    pair.board.end({ type: "exited", code: 0 });
    await pair.settle();
    expect((await output).toString()).toBe("late");
    await expect(pair.opener.write(0, Buffer.from("x"))).rejects.toThrow();
  });

  it("is told the newest size of a terminal", async () => {
    const pair = new Pair();
    const sizes: string[] = [];
    pair.board.onResize((columns, rows) => sizes.push(`${columns}x${rows}`));
    pair.opener.resize(80, 24);
    pair.opener.resize(120, 40);
    await pair.settle();
    pair.opener.resize(1_000_000, -4);
    await pair.settle();
    expect(sizes).toEqual(["120x40", "65535x0"]);
  });

  it("ends on both sides when it is closed, whatever still waits", async () => {
    const pair = new Pair();
    const input = collect(pair.board, 0);
    pair.opener.write(0, new Uint8Array(3 * windowCost)).catch(() => {});
    pair.opener.close();
    expect(await pair.opener.ended).toEqual({ type: "closed" });
    await pair.settle();
    expect(await pair.board.ended).toEqual({ type: "closed" });
    expect((await input).length).toBe(0);
    await expect(pair.board.write(1, Buffer.from("x"))).rejects.toThrow(/has ended/);
  });

  it("stays open as long as both ends live, and ends within seconds of either's silence", async () => {
    const pair = new Pair();
    pair.board.accept();
    for (let elapsedMs = 0; elapsedMs < 60_000; elapsedMs += 1_000) {
      pair.clock.advance(1_000);
      pair.opener.tick();
      pair.board.tick();
      await pair.settle();
    }
    expect([pair.opener.isOver, pair.board.isOver]).toEqual([false, false]);
    pair.clock.advance(silentMsMax + 1);
    pair.opener.tick();
    expect(await pair.opener.ended).toMatchObject({ reason: "Unavailable", message: /nothing was heard of board b1/ });
  });

  it("waits for a slow reader with its end, and says that it lives meanwhile", async () => {
    const pair = new Pair();
    pair.board.accept();
    const writing = pair.board.write(1, new Uint8Array(2 * windowCost));
    pair.board.end({ type: "exited", code: 0 });
    for (let elapsedMs = 0; elapsedMs < 60_000; elapsedMs += 1_000) {
      pair.clock.advance(1_000);
      pair.opener.tick();
      pair.board.tick();
      await pair.settle();
    }
    const received = collect(pair.opener, 1);
    await pair.settle();
    await writing;
    expect((await received).length).toBe(2 * windowCost);
    expect(await pair.opener.ended).toEqual({ type: "exited", code: 0 });
  });

  it("ends on this side too where not even the last word can be sent", async () => {
    const pair = new Pair();
    pair.clock.advance(silentMsMax + 1);
    pair.board.tick();
    expect(await pair.board.ended).toMatchObject({ reason: "Unavailable" });
    expect(pair.board.isOver).toBe(false);
    pair.clock.advance(silentMsMax);
    pair.board.tick();
    expect(pair.board.isOver).toBe(true);
    const asleep = new Pair();
    asleep.clock.advance(10 * silentMsMax);
    asleep.board.tick();
    expect(await asleep.board.ended).toMatchObject({ reason: "Unavailable" });
  });

  const header = { id: 7, isFromBoard: false, sequence: 1 };
  const oversized = () => {
    const frame = new Uint8Array(9 + 1 + dataBytesMax + 1);
    frame.set(encodeFrame(header, { type: "data", channel: 0, bytes: new Uint8Array(0) }));
    return [frame];
  };
  const flood = () =>
    Array.from({ length: 20 }, (_, index) =>
      encodeFrame(
        { ...header, sequence: 1 + index },
        { type: "data", channel: 0, bytes: new Uint8Array(dataBytesMax) },
      ),
    );
  it.each([
    ["a frame that is too large", oversized],
    ["more than it was granted", flood],
    ["more than it was granted, in tiny frames", () => tiny(header)],
    ["credit that was never given", () => [encodeFrame(header, { type: "credit", channel: 1, cost: 2 ** 32 - 1 })]],
    ["a channel that is none", () => [encodeFrame(header, { type: "finish", channel: 9 as StreamChannel })]],
    ["an unknown type", () => [Uint8Array.of(77, 0, 0, 0, 7, 0, 0, 0, 1)]],
    ["data behind the end", () => afterEnd(header)],
    ["the board's words", () => [encodeFrame(header, { type: "opened" })]],
  ])("ends when the other end sends %s", async (_, messages) => {
    const pair = new Pair();
    for (const message of messages()) pair.board.receive(message);
    expect(await pair.board.ended).toMatchObject({ type: "failed", reason: "Internal" });
    await pair.settle();
    expect(pair.board.isOver).toBe(true);
  });
});

function tiny(header: { id: number; isFromBoard: boolean; sequence: number }): Uint8Array[] {
  const bytes = new Uint8Array(1);
  const count = Math.ceil(windowCost / costOf(bytes)) + 1;
  return Array.from({ length: count }, (_, index) =>
    encodeFrame({ ...header, sequence: 1 + index }, { type: "data", channel: 0, bytes }),
  );
}

function afterEnd(header: { id: number; isFromBoard: boolean; sequence: number }): Uint8Array[] {
  return [
    encodeFrame(header, { type: "finish", channel: 0 }),
    encodeFrame({ ...header, sequence: 2 }, { type: "data", channel: 0, bytes: Uint8Array.of(1) }),
  ];
}

it("anything may be said to a stream, and it ends or goes on", () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 64 }), { maxLength: 20 }), (messages) => {
      const pair = new Pair();
      for (const message of messages) {
        readHeader(message);
        pair.board.receive(message);
        pair.opener.receive(message);
      }
    }),
  );
});
