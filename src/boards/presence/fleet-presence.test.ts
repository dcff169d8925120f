import { describe, expect, it } from "vitest";
import type { BoardLinks } from "../../api/board-link.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { FleetPresence } from "./fleet-presence.ts";
import { type PresenceChannel, reportPresence } from "./presence-reporter.ts";

/** Voters in one process whose words reach the leader unless they are cut off. */
class Voters {
  readonly clock = new VirtualClock();
  readonly cut = new Set<string>();
  readonly #heard: ((from: string, payload: Uint8Array) => void)[] = [];
  sent = 0;

  channel(voter: string): PresenceChannel {
    return {
      sendToLeader: (payload) => {
        this.sent += 1;
        if (!this.cut.has(voter)) for (const handler of this.#heard) handler(voter, payload);
      },
      onMessage: (handler) => void this.#heard.push(handler),
    };
  }

  /** A voter and the switch that connects and disconnects its boards. */
  start(voter: string, signal: AbortSignal): (board: string, connected: boolean) => void {
    const connected = new Set<string>();
    const handlers: ((node: string, connected: boolean) => void)[] = [];
    const links: BoardLinks = {
      send() {},
      onMessage() {},
      onPresence: (handler) => void handlers.push(handler),
      connected,
    };
    reportPresence(links, this.channel(voter), this.clock, signal);
    return (board, here) => {
      if (here) connected.add(board);
      else connected.delete(board);
      for (const handler of handlers) handler(board, here);
    };
  }
}

function startFleet() {
  const voters = new Voters();
  const abort = new AbortController();
  const presence = new FleetPresence(voters.channel("b1.00000001"), voters.clock);
  const changes: string[] = [];
  presence.onChange((board) => changes.push(board === undefined ? "all" : `${board} ${presence.state(board)}`));
  const first = voters.start("b1.00000001", abort.signal);
  const second = voters.start("b2.00000002", abort.signal);
  presence.lead(abort.signal);
  return { voters, abort, presence, changes, first, second };
}

describe("FleetPresence", () => {
  it("notices a board that vanishes within 8 s of its last packet, 6 of which are the broker's", () => {
    const { voters, presence, changes, first } = startFleet();
    first("x", true);
    voters.clock.advance(20_000);
    changes.length = 0;
    first("x", false);
    voters.clock.advance(2_200);
    expect(changes).toEqual(["x missing", "x lost"]);
    expect(presence.state("x")).toBe("lost");
    first("x", true);
    voters.clock.advance(200);
    expect(presence.state("x")).toBe("present");
  });

  it("declares nobody lost when a voter dies and its boards move", () => {
    const { voters, changes, first, second } = startFleet();
    for (const board of ["x", "y"]) second(board, true);
    voters.clock.advance(20_000);
    changes.length = 0;
    voters.cut.add("b2.00000002");
    voters.clock.advance(8_000);
    for (const board of ["x", "y"]) first(board, true);
    voters.clock.advance(60_000);
    expect(changes).toEqual(["x missing", "y missing", "x present", "y present"]);
  });

  it("says once, after listening, that boards it never heard of may be lost", () => {
    const { voters, presence, changes } = startFleet();
    voters.clock.advance(9_900);
    expect(presence.state("silent")).toBe("missing");
    voters.clock.advance(100);
    expect(presence.state("silent")).toBe("lost");
    voters.clock.advance(60_000);
    expect(changes).toEqual(["all"]);
  });

  it("leaves no timer behind when the voter stops", () => {
    const { voters, abort, first } = startFleet();
    first("x", true);
    voters.clock.advance(5_000);
    abort.abort();
    expect(voters.clock.pending).toBe(0);
  });
});
