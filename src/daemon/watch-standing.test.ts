import { describe, expect, it } from "vitest";
import { VirtualClock } from "../lib/testing/virtual-clock.ts";
import type { Leadership, Member, VoterId } from "../replication/ports.ts";
import { watchStanding } from "./watch-standing.ts";

const b1: Member = { id: "b1.00000001" as VoterId, node: "b1", address: "10.99.0.1:8883", role: "voter" };
const under = (leader: Member | undefined): Leadership => ({ role: "follower", term: 3, leader });

function watched(first: Leadership) {
  const clock = new VirtualClock();
  let tell: (leadership: Leadership) => void = () => {};
  const onLeadership = (listener: (leadership: Leadership) => void) => {
    tell = listener;
    listener(first);
    return () => {};
  };
  const seen = { asked: 0 };
  const ask = async () => {
    seen.asked += 1;
  };
  const end = watchStanding({ store: { onLeadership }, clock, ask });
  /** By seconds, as what is asked for is answered in between. */
  const pass = async (seconds: number) => {
    for (let passed = 0; passed < seconds; passed += 1) {
      clock.advance(1_000);
      await new Promise(setImmediate);
    }
  };
  return { pass, seen, end, tell: (leadership: Leadership) => tell(leadership) };
}

describe("a voter without a leader", () => {
  it("asks again and again, until it hears one", async () => {
    const { pass, seen, tell } = watched(under(undefined));
    await pass(4);
    expect(seen.asked).toBe(0);
    await pass(61);
    expect(seen.asked).toBe(3);
    tell(under(b1));
    await pass(60);
    expect(seen.asked).toBe(3);
  });

  it("asks nobody during an election, nor once it is stopped", async () => {
    const { pass, seen, tell, end } = watched(under(b1));
    tell(under(undefined));
    await pass(3);
    tell({ role: "leader", term: 4, signal: new AbortController().signal });
    await pass(60);
    tell(under(undefined));
    end();
    await pass(60);
    expect(seen.asked).toBe(0);
  });
});
