import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { type FrameSource, StreamLink } from "./stream-link.ts";

const window = 128 * 1024;

/** A source of frames that begin with `letter`. */
function source(letter: string, count: number, length = 1_000): FrameSource {
  let left = count;
  return {
    nextMessage() {
      if (left === 0) return undefined;
      left -= 1;
      return new Uint8Array(length).fill(letter.charCodeAt(0));
    },
  };
}

function open() {
  const clock = new VirtualClock();
  const sent: Uint8Array[] = [];
  const link = new StreamLink({ send: (message) => sent.push(message), nowMs: () => clock.monotonicMs() });
  const letters = () => sent.map(([first = 0]) => String.fromCharCode(first)).join("");
  return { clock, sent, link, letters };
}

describe("a link of streams", () => {
  it("lets each have its turn, whoever came first and has most to say", () => {
    const { link, letters } = open();
    const endless = source("a", 1_000);
    link.wake(endless);
    link.receive(confirmation(window));
    const before = letters().length;
    link.wake(source("b", 3));
    link.wake(source("c", 2));
    link.receive(confirmation(window));
    expect(letters().slice(before, before + 12)).toBe("abcabcabaaaa");
  });

  it("has little under way at a time, and goes on as it is confirmed", () => {
    const { link, sent } = open();
    link.wake(source("a", 10_000));
    const bytes = () => sent.reduce((sum, { length }) => sum + length, 0);
    expect(bytes()).toBeGreaterThanOrEqual(window);
    expect(bytes()).toBeLessThan(window + 1_000);
    link.receive(confirmation(50_000));
    expect(bytes()).toBeGreaterThanOrEqual(window + 50_000 - 1_000);
    expect(bytes()).toBeLessThan(window + 51_000);
  });

  it("confirms what it receives, whoever reads it", () => {
    const { link, sent } = open();
    for (let count = 0; count < 40; count += 1) expect(link.receive(new Uint8Array(1_000).fill(3))).toBeDefined();
    expect(sent).toEqual([confirmation(33_000)]);
  });

  it("opens again by itself when confirmations were lost", () => {
    const { link, sent, clock } = open();
    link.wake(source("a", 200));
    const before = sent.length;
    clock.advance(5_000);
    link.tick();
    expect(sent.length).toBe(before);
    clock.advance(6_000);
    link.tick();
    expect(sent.length).toBe(200);
  });

  it("answers what concerns no stream, but not without bound", () => {
    const { link, sent } = open();
    link.wake(source("a", 10_000));
    const before = sent.length;
    for (let count = 0; count < 100_000; count += 1) link.say(new Uint8Array(9));
    link.receive(confirmation(10_000));
    expect(sent.slice(before, before + 256).every(({ length }) => length === 9)).toBe(true);
    expect(sent[before + 256]?.length).toBe(1_000);
  });

  it("believes no confirmation of more than there was, and none that is cut short", () => {
    const { link, sent } = open();
    link.receive(confirmation(2 ** 32 - 1));
    expect(link.receive(Uint8Array.of(0xff, 1))).toBeUndefined();
    link.wake(source("a", 10_000));
    expect(sent.length).toBeLessThanOrEqual(Math.ceil(window / 1_000));
  });
});

function confirmation(count: number): Uint8Array {
  const message = new Uint8Array(5);
  message[0] = 0xff;
  new DataView(message.buffer).setUint32(1, count);
  return message;
}
