import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VoterId } from "../../replication/ports.ts";
import { admit, authorizePublish, boardWill, maySubscribe, type Peer } from "./access.ts";
import { parseTopic } from "./topics.ts";

const b1 = "b1.00000001" as VoterId;
const b2 = "b2.00000002" as VoterId;
const scope = { fleet: "home", voter: b1 };
const board: Peer = { role: "board", node: "b2" };
const voter: Peer = { role: "voter", id: b2 };

function allowed(peer: Peer, topic: string, rest: { qos?: number; retain?: boolean } = {}): boolean {
  return !("refusal" in authorizePublish(scope, peer, { topic, qos: 0, retain: false, ...rest }));
}

describe("publishing", () => {
  it.each<[Peer["role"], string, boolean]>([
    ["board", "bramble/home/v1/node/b2/up/hello", true],
    ["board", "bramble/home/v1/node/b2/up/something-newer", true],
    ["board", "bramble/home/v1/node/b1/up/hello", false],
    ["board", "bramble/home/v1/node/b2/down/slice", false],
    ["board", "bramble/home/v1/node/b2/up", false],
    ["board", "bramble/home/v1/node/b2/up/hello/more", false],
    ["board", "bramble/other/v1/node/b2/up/hello", false],
    ["board", "bramble/home/v2/node/b2/up/hello", false],
    ["board", "bramble/home/v1/node/+/up/hello", false],
    ["board", "bramble/home/v1/node/b2/up/#", false],
    ["board", `bramble/home/v1/raft/${b1}/${b2}`, false],
    ["board", "$SYS/b1.00000001/new/clients", false],
    ["board", "$share/g/bramble/home/v1/node/b2/up/hello", false],
    ["board", "__proto__", false],
    ["board", "bramble/home/v1/__proto__/b2/up/hello", false],
    ["voter", `bramble/home/v1/raft/${b1}/${b2}`, true],
    ["voter", `bramble/home/v1/call/${b1}/${b2}`, true],
    ["voter", `bramble/home/v1/presence/${b1}/${b2}`, true],
    ["voter", `bramble/home/v1/raft/${b1}/${b1}`, false],
    ["voter", `bramble/home/v1/raft/${b2}/${b2}`, false],
    ["voter", `bramble/home/v1/raft/${b1}/b3.00000003`, false],
    ["voter", `bramble/home/v1/constructor/${b1}/${b2}`, false],
    ["voter", `bramble/home/v1/raft/${b1}`, false],
    ["voter", "bramble/home/v1/node/b2/up/hello", false],
  ])("by a %s to %s: %s", (role, topic, expected) => {
    expect(allowed(role === "board" ? board : voter, topic)).toBe(expected);
  });

  it("never retains and never takes quality of service 2", () => {
    const topic = "bramble/home/v1/node/b2/up/hello";
    expect(allowed(board, topic, { qos: 1 })).toBe(true);
    expect(allowed(board, topic, { retain: true })).toBe(false);
    expect(allowed(board, topic, { qos: 2 })).toBe(false);
  });
});

describe("subscribing", () => {
  it.each<[Peer["role"], string, boolean]>([
    ["board", "bramble/home/v1/node/b2/down/#", true],
    ["board", "bramble/home/v1/node/b1/down/#", false],
    ["board", "bramble/home/v1/node/+/down/#", false],
    ["board", "bramble/home/v1/node/b2/#", false],
    ["board", "#", false],
    ["board", "$SYS/#", false],
    ["board", "$share/g/bramble/home/v1/node/b2/down/#", false],
    ["voter", `bramble/home/v1/raft/${b1}/${b2}`, false],
    ["voter", "bramble/home/v1/raft/#", false],
    ["voter", "bramble/home/v1/node/b2/down/#", false],
  ])("by a %s to %s: %s", (role, filter, expected) => {
    expect(maySubscribe(scope, role === "board" ? board : voter, filter)).toBe(expected);
  });
});

describe("admission", () => {
  const attempt = { clean: true };
  const boardIdentity = { node: "b2", groups: [] };
  const voterIdentity = { ...boardIdentity, voterId: b2 };
  const ownWill = boardWill("home", "b2");
  const raftWill = { ...ownWill, topic: `bramble/home/v1/raft/${b1}/${b2}` };

  it("keeps a board's will that says that it is gone", () => {
    expect(ownWill.topic).toBe("bramble/home/telemetry/v1/nodes/b2/availability");
    expect(admit("home", boardIdentity, { ...attempt, clientId: "board/b2", will: ownWill })).toEqual(board);
  });

  it("gives the part that the certificate and the client id agree on", () => {
    expect(admit("home", boardIdentity, { ...attempt, clientId: "board/b2" })).toEqual(board);
    expect(admit("home", voterIdentity, { ...attempt, clientId: "board/b2" })).toEqual(board);
    expect(admit("home", voterIdentity, { ...attempt, clientId: `voter/${b2}` })).toEqual(voter);
  });

  it.each([
    ["another board's client id", boardIdentity, { ...attempt, clientId: "board/b1" }],
    ["a voter's part without a voter's certificate", boardIdentity, { ...attempt, clientId: `voter/${b2}` }],
    ["another voter's client id", voterIdentity, { ...attempt, clientId: `voter/${b1}` }],
    ["a client id of its own choosing", boardIdentity, { ...attempt, clientId: "__proto__" }],
    ["no client id", boardIdentity, { ...attempt, clientId: "" }],
    ["another board's will", boardIdentity, { ...attempt, clientId: "board/b2", will: boardWill("home", "b1") }],
    ["a will on a consensus topic", boardIdentity, { ...attempt, clientId: "board/b2", will: raftWill }],
    [
      "a will that is retained",
      boardIdentity,
      { ...attempt, clientId: "board/b2", will: { ...ownWill, retain: true } },
    ],
    ["a will that says more", boardIdentity, { ...attempt, clientId: "board/b2", will: { ...ownWill, payload: "on" } }],
    ["a voter's will", voterIdentity, { ...attempt, clientId: `voter/${b2}`, will: ownWill }],
    ["a stored session", boardIdentity, { ...attempt, clientId: "board/b2", clean: false }],
  ])("refuses %s", (_, identity, connect) => {
    expect(admit("home", identity, connect)).toHaveProperty("refusal");
  });
});

it("no topic text lets a board speak for another", () => {
  const segment = fc.constantFrom(
    "bramble",
    "home",
    "v1",
    "node",
    "b1",
    "b2",
    "up",
    "down",
    "hello",
    "raft",
    "",
    "+",
    "..",
  );
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 8 }), (segments) => {
      const topic = segments.join("/");
      if (!allowed(board, topic)) return;
      expect(parseTopic("home", topic)).toMatchObject({ plane: "node", node: "b2", direction: "up" });
    }),
  );
});
