import { describe, expect, it } from "vitest";
import { createLog } from "../raft/log.ts";
import { hasLostAcknowledged } from "./lost-acknowledgement.ts";

const held = createLog({ index: 4, term: 2 }, [{ index: 5, term: 2, type: "noop" }]);
const heartbeat = (term: number, commitIndex: number) =>
  ({ type: "heartbeat", from: "b1.00000001", to: "b2.00000002", term, commitIndex, round: 1 }) as const;

describe("a voter on an old backup", () => {
  it.each([
    ["holds what the leader says it holds", heartbeat(2, 5), false],
    ["holds more than the leader knows", heartbeat(2, 3), false],
    ["has lost what it acknowledged in this term", heartbeat(2, 6), true],
    ["has lost what it acknowledged in a term it has forgotten", heartbeat(3, 6), true],
    ["is told nothing by a deposed leader", heartbeat(1, 6), false],
  ])("%s", (_, message, expected) => {
    expect(hasLostAcknowledged({ term: 2, log: held }, message)).toBe(expected);
  });
});
