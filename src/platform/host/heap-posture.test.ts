import { beforeEach, describe, expect, it } from "vitest";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { type Heap, HeapPosture, v8Heap } from "./heap-posture.ts";

let clock: VirtualClock;
let taken: string[];
let posture: HeapPosture;

beforeEach(() => {
  clock = new VirtualClock();
  taken = [];
  const heap: Heap = { loosen: () => taken.push("roomy"), tighten: () => taken.push("tight") };
  posture = new HeapPosture(heap, clock);
});

const collections = (generation: "minor" | "major", count: number, everyMs: number) => {
  for (let at = 0; at < count; at += 1) {
    posture.collected(generation);
    clock.advance(everyMs);
  }
};

describe("a heap", () => {
  it("is tightened once there is nothing more to do, and then nobody looks at it", () => {
    posture.loosen();
    collections("minor", 30, 1_000);
    expect(taken).toEqual(["roomy"]);
    clock.advance(20_000);
    expect(taken).toEqual(["roomy", "tight"]);
    expect(clock.pending).toBe(0);
  });

  it("is loosened by full collections that follow one another", () => {
    collections("major", 3, 3_000);
    expect(taken).toEqual(["roomy"]);
  });

  it("stays tight where they are rare, or young objects are all that is collected", () => {
    collections("major", 10, 6_000);
    collections("minor", 100, 10);
    expect(taken).toEqual([]);
  });

  it("is not looked at any more when its process stops", () => {
    posture.loosen();
    posture.stop();
    expect(clock.pending).toBe(0);
  });

  it("gives back what is free when it is tightened", { timeout: 30_000 }, () => {
    v8Heap.loosen();
    let held: unknown[] | undefined = Array.from({ length: 400_000 }, (_, at) => ({ at, text: `object ${at}` }));
    const full = process.memoryUsage().heapTotal;
    expect(held.length).toBe(400_000);
    held = undefined;
    v8Heap.tighten();
    expect(process.memoryUsage().heapTotal).toBeLessThan(full - 10e6);
  });
});
