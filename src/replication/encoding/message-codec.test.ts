import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Entry, Message, MessageBody, Peer } from "../../raft/message.ts";
import { decodeMessage, encodeMessage } from "./message-codec.ts";

const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const bytes = fc.uint8Array({ maxLength: 300 }).map((data) => Buffer.from(data));
const peers: fc.Arbitrary<Peer[]> = fc.array(
  fc.record({ id: fc.string(), role: fc.constantFrom("voter", "learner"), context: fc.string() }),
);
const entries = (previousIndex: number): fc.Arbitrary<Entry[]> =>
  fc
    .array(
      fc.oneof(
        fc.record({ term: count, type: fc.constant("noop" as const) }),
        fc.record({ term: count, type: fc.constant("command" as const), data: bytes }),
        fc.record({ term: count, type: fc.constant("configuration" as const), peers }),
      ),
    )
    .map((list) => list.map((each, place): Entry => ({ ...each, index: previousIndex + 1 + place })));

const body: fc.Arbitrary<MessageBody> = fc.oneof(
  fc.record({ type: fc.constant("preVote" as const), lastIndex: count, lastTerm: count }),
  fc.record({
    type: fc.constant("requestVote" as const),
    lastIndex: count,
    lastTerm: count,
    isHandover: fc.boolean(),
  }),
  fc.record({ type: fc.constant("timeoutNow" as const) }),
  fc.record({ type: fc.constantFrom("preVoteResponse", "requestVoteResponse"), granted: fc.boolean() }),
  fc.nat().chain((previousIndex) =>
    fc.record({
      type: fc.constant("appendEntries" as const),
      previousIndex: fc.constant(previousIndex),
      previousTerm: count,
      commitIndex: count,
      entries: entries(previousIndex),
    }),
  ),
  fc.record({ type: fc.constant("appendAccepted" as const), matchIndex: count }),
  fc.record({ type: fc.constant("appendRejected" as const), previousIndex: count, hintIndex: count, hintTerm: count }),
  fc.record({ type: fc.constant("heartbeat" as const), commitIndex: count, round: count }),
  fc.record({ type: fc.constant("heartbeatResponse" as const), round: count }),
  fc.tuple(bytes, fc.nat(1_000), fc.nat(1_000)).chain(([data, offset, rest]) =>
    fc.record({
      type: fc.constant("installSnapshot" as const),
      snapshot: fc.record({ index: count, term: count, peers, byteCount: fc.constant(offset + data.length + rest) }),
      offset: fc.constant(offset),
      checksum: fc.nat(),
      data: fc.constant(data),
    }),
  ),
  fc.record({ type: fc.constant("snapshotWanted" as const), index: count, offset: count }),
);

describe("raft messages as bytes", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(body, count, (its, term) => {
        const message: Message = { from: "b1.0000000a", to: "b2.0000000b", term, ...its };
        const received = decodeMessage(encodeMessage(message, '{"node":"b1"}'), message.from, message.to);
        expect(received?.message).toEqual(message);
      }),
    );
  });

  it("say where the sender is in those that may be the first", () => {
    const message: Message = { from: "a", to: "b", term: 3, type: "heartbeat", commitIndex: 1, round: 2 };
    expect(decodeMessage(encodeMessage(message, "here"), "a", "b")?.context).toBe("here");
  });

  it("are ignored when they bring more of a snapshot than there is", () => {
    const snapshot = { index: 7, term: 2, peers: [], byteCount: 10 };
    const part = { offset: 6, data: new Uint8Array(5), checksum: 1 };
    const message: Message = { from: "a", to: "b", term: 3, type: "installSnapshot", snapshot, ...part };
    expect(decodeMessage(encodeMessage(message, ""), "a", "b")).toBeUndefined();
  });

  it("are ignored when they are anything else, however they are cut or changed", () => {
    fc.assert(fc.property(fc.uint8Array(), (noise) => void decodeMessage(noise, "a", "b")));
    fc.assert(
      fc.property(body, fc.nat(), fc.nat({ max: 255 }), (its, place, value) => {
        const encoded = encodeMessage({ from: "a", to: "b", term: 7, ...its }, "");
        expect(decodeMessage(encoded.subarray(0, encoded.byteLength - 1), "a", "b")).toBeUndefined();
        const changed = Buffer.from(encoded);
        changed[place % changed.byteLength] = value;
        decodeMessage(changed, "a", "b");
      }),
    );
  });
});
