import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Call, decodeCall, encodeCall } from "./call-codec.ts";
import { decodeEnvelope, encodeEnvelope } from "./envelope.ts";

const count = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const bytes = fc.uint8Array({ maxLength: 300 }).map((data) => Buffer.from(data));
const counters = fc.array(count);

const call: fc.Arbitrary<Call> = fc.oneof(
  fc.record({
    type: fc.constant("propose" as const),
    term: count,
    incarnation: fc.string(),
    proposals: fc.array(fc.record({ counter: count, command: bytes })),
  }),
  fc.record({
    type: fc.constant("proposeAnswer" as const),
    incarnation: fc.string(),
    accepted: counters,
    refused: counters,
  }),
  fc.record({ type: fc.constant("read" as const), id: fc.string() }),
  fc.record({ type: fc.constant("readAnswer" as const), id: fc.string(), index: count }),
  fc.record({
    type: fc.constant("changeMembers" as const),
    term: count,
    change: fc.oneof(
      fc.record({ type: fc.constant("add" as const), id: fc.string(), context: fc.string() }),
      fc.record({ type: fc.constant("remove" as const), id: fc.string() }),
    ),
  }),
  fc.record({
    type: fc.constant("stateReport" as const),
    index: count,
    digest: fc.string(),
    isAnswer: fc.boolean(),
  }),
);

describe("calls as bytes", () => {
  it("come back as they were", () => {
    fc.assert(
      fc.property(call, (its) => {
        expect(decodeCall(encodeCall(its))).toEqual(its);
      }),
    );
  });

  it("are ignored when they are anything else", () => {
    fc.assert(fc.property(fc.uint8Array(), (noise) => void decodeCall(noise)));
    fc.assert(
      fc.property(call, (its) => {
        const encoded = encodeCall(its);
        expect(decodeCall(encoded.subarray(0, encoded.byteLength - 1))).toBeUndefined();
      }),
    );
  });
});

describe("an envelope", () => {
  it("comes back as it was, and is nothing when cut", () => {
    const proposal = { origin: "b1.0000000a", incarnation: "00ff", counter: 300 };
    const encoded = encodeEnvelope({ proposal, command: Buffer.from("{}") });
    expect(decodeEnvelope(encoded)).toEqual({ proposal, command: Buffer.from("{}") });
    expect(decodeEnvelope(encoded.subarray(0, 5))).toBeUndefined();
  });
});
