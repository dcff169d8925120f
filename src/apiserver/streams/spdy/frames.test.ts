import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { controlBytesMax, SpdyFrameReader } from "./frame-reader.ts";
import { SpdyFrameWriter } from "./frame-writer.ts";
import { HeaderPacker, HeaderUnpacker, headerBlockBytesMax } from "./header-block.ts";
import { spdyDictionary, spdyDictionaryId } from "./spdy-dictionary.ts";
import { SpdyError, type SpdyFrame } from "./spdy-frame.ts";

/** What kubectl 1.20 sends for `exec -i` with `hi` as its input. */
const kubectlExec = [
  "80030001000000290000000100000000000078f9e3c6a7c26260606004a7b392a2d4c45c6851c29a0a0a6800000000ffff",
  "800300010000001700000003000000000000c22e555c92929907000000ffff",
  "800300010000001900000005000000000000c22ac5565c92925f5a02000000ffff",
  "800300010000001500000007000000000000c229975a5404000000ffff",
  "000000030000000368690a",
  "0000000301000000",
].join("");

const streamId = fc.integer({ min: 0, max: 0x7fff_ffff });
const word = fc.integer({ min: 0, max: 0xffff_ffff });
const headers = fc
  .uniqueArray(fc.stringMatching(/^[a-z0-9:-]{1,20}$/), { maxLength: 8 })
  .chain((names) => fc.tuple(...names.map((name) => fc.tuple(fc.constant(name), fc.string({ maxLength: 60 })))))
  .map((pairs) => new Map(pairs));
const isFinal = fc.boolean();
const setting = fc.record({
  id: fc.integer({ min: 0, max: 0xff_ffff }),
  flags: fc.integer({ min: 0, max: 255 }),
  value: word,
});
const frame: fc.Arbitrary<SpdyFrame> = fc.oneof(
  fc.record({
    type: fc.constant("synStream" as const),
    streamId,
    associatedId: streamId,
    priority: fc.integer({ min: 0, max: 7 }),
    isFinal,
    isUnidirectional: fc.boolean(),
    headers,
  }),
  fc.record({ type: fc.constantFrom("synReply" as const, "headers" as const), streamId, isFinal, headers }),
  fc.record({ type: fc.constant("rstStream" as const), streamId, status: word }),
  fc.record({ type: fc.constant("settings" as const), entries: fc.array(setting, { maxLength: 5 }) }),
  fc.record({ type: fc.constant("ping" as const), id: word }),
  fc.record({ type: fc.constant("goAway" as const), lastStreamId: streamId, status: word }),
  fc.record({ type: fc.constant("windowUpdate" as const), streamId, delta: streamId }),
  fc.record({ type: fc.constant("data" as const), streamId, isFinal, bytes: fc.uint8Array({ maxLength: 300 }) }),
);

describe("frames", () => {
  it("are read as they were written, however the bytes are cut", () => {
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 12 }), fc.array(fc.integer({ min: 1, max: 40 })), (frames, cuts) => {
        const writer = new SpdyFrameWriter();
        const bytes = Buffer.concat(frames.flatMap((each) => writer.write(each)));
        expect(whole(read(pieces(bytes, cuts)))).toEqual(whole(frames));
      }),
    );
  });

  it("of kubectl are understood", () => {
    const bytes = Buffer.from(kubectlExec, "hex");
    const seen = whole(read([bytes])).map((each) =>
      each.type === "synStream" ? [each.streamId, each.headers.get("streamtype")] : each,
    );
    expect(seen).toEqual([
      [1, "error"],
      [3, "stdin"],
      [5, "stdout"],
      [7, "stderr"],
      { type: "data", streamId: 3, isFinal: true, bytes: Buffer.from("hi\n") },
    ]);
  });

  it("of types that nobody knows are skipped", () => {
    const unknown = Buffer.from("8003000b00000003010203", "hex");
    const ping = Buffer.from("800300060000000400000001", "hex");
    expect(read([Buffer.concat([unknown, ping])])).toEqual([{ type: "ping", id: 1 }]);
  });

  it("of data come piece by piece, however long they say they are", () => {
    const head = Buffer.from("0000000101ffffff", "hex");
    const reader = new SpdyFrameReader();
    const [piece] = [...reader.read(Buffer.concat([head, Buffer.alloc(1000)]))];
    expect(piece).toMatchObject({ type: "data", streamId: 1, isFinal: false, bytes: { length: 1000 } });
  });

  it.each([
    ["of another version", "800200060000000400000001"],
    ["of control that is too long", `80030001${(controlBytesMax + 1).toString(16).padStart(8, "0")}`],
    ["that are cut short", "80030006000000020001"],
    ["with settings that are not there", "800300040000000400000007"],
    ["with headers that no zlib wrote", "800300010000001400000001000000000000ffffffffffffffffffff"],
    ["with headers of another dictionary", "800300010000001400000001000000000000789c0000000000000000"],
  ])("%s end the session", (_, hex) => {
    expect(() => read([Buffer.from(hex, "hex")])).toThrow(SpdyError);
  });

  it("that are noise never do worse than that", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        try {
          read([noise]);
        } catch (error) {
          expect(error).toBeInstanceOf(SpdyError);
        }
      }),
    );
  });
});

describe("header blocks", () => {
  it("are bounded when they are unpacked, not only when they arrive", () => {
    const packed = new HeaderPacker().pack(new Map([["a", "x".repeat(headerBlockBytesMax)]]));
    expect(packed.length).toBeLessThan(200);
    expect(() => new HeaderUnpacker().unpack(packed)).toThrow(SpdyError);
  });

  it("build upon more of the past than deflate remembers", () => {
    const [packer, unpacker] = [new HeaderPacker(), new HeaderUnpacker()];
    for (let count = 0; count < 40; count += 1) {
      const block = new Map([
        ["name", String(count).repeat(2000)],
        ["port", "80"],
      ]);
      expect(unpacker.unpack(packer.pack(block))).toEqual(block);
    }
  });

  it("stand on the dictionary that the specification gives", () => {
    let [low, high] = [1, 0];
    for (const byte of spdyDictionary) {
      low = (low + byte) % 65_521;
      high = (high + low) % 65_521;
    }
    expect(high * 65_536 + low).toBe(spdyDictionaryId);
  });
});

function read(parts: readonly Uint8Array[]): SpdyFrame[] {
  const reader = new SpdyFrameReader();
  return parts.flatMap((part) => [...reader.read(part)]);
}

/** With neighbouring pieces of a stream's data in one: where a frame was cut says nothing. */
function whole(frames: readonly SpdyFrame[]): SpdyFrame[] {
  const joined: SpdyFrame[] = [];
  for (const each of frames) {
    const last = joined.at(-1);
    const isMore = each.type === "data" && last?.type === "data" && last.streamId === each.streamId && !last.isFinal;
    if (isMore) joined[joined.length - 1] = { ...each, bytes: Buffer.concat([last.bytes, each.bytes]) };
    else joined.push(each.type === "data" ? { ...each, bytes: Buffer.from(each.bytes) } : each);
  }
  return joined;
}

function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  for (const length of cuts) {
    parts.push(bytes.subarray(at, at + length));
    at += length;
  }
  return [...parts, bytes.subarray(at)];
}
