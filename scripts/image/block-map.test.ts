import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BlockRange, blockMapText, freeBlocksOf, joinRanges, withoutRanges } from "./block-map.ts";

const range = fc
  .tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 9 }))
  .map(([first, more]) => ({ first, last: first + more }));
const blocksOf = (ranges: readonly BlockRange[]) =>
  new Set(ranges.flatMap(({ first, last }) => Array.from({ length: last - first + 1 }, (_, index) => first + index)));
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");

describe("ranges of blocks", () => {
  it("are joined without losing or gaining a block", () => {
    fc.assert(
      fc.property(fc.array(range), (ranges) => {
        const joined = joinRanges(ranges);
        expect(blocksOf(joined)).toEqual(blocksOf(ranges));
        for (const [index, { first }] of joined.entries()) {
          expect(first).toBeGreaterThan((joined[index - 1]?.last ?? -2) + 1);
        }
      }),
    );
  });

  it("leave exactly what is not a hole", () => {
    fc.assert(
      fc.property(range, fc.array(range), (whole, holes) => {
        expect(blocksOf(withoutRanges(whole, holes))).toEqual(blocksOf([whole]).difference(blocksOf(holes)));
      }),
    );
  });

  it("that are free are read from what dumpe2fs says of each group", () => {
    const text = `Free blocks:              45
Group 0: (Blocks 0-32767) csum 0x0d73
  Free blocks: 20-29, 31
  Free inodes: 13-512
Group 1: (Blocks 32768-65535)
  Free blocks: 
Group 2: (Blocks 65536-98303)
  Free blocks: 65540-98303
`;
    expect(freeBlocksOf(text)).toEqual([
      { first: 20, last: 29 },
      { first: 31, last: 31 },
      { first: 65540, last: 98303 },
    ]);
  });
});

describe("a block map", () => {
  const text = blockMapText(
    5 * 4096,
    [
      { first: 0, last: 1, sha256: "aa" },
      { first: 4, last: 4, sha256: "bb" },
    ],
    sha256,
  );

  it("counts what is mapped and names each range with its checksum", () => {
    expect(text).toContain("<BlocksCount> 5 </BlocksCount>");
    expect(text).toContain("<MappedBlocksCount> 3 </MappedBlocksCount>");
    expect(text).toContain('<Range chksum="aa"> 0-1 </Range>');
    expect(text).toContain('<Range chksum="bb"> 4 </Range>');
  });

  it("carries its own checksum, taken with zeros in its place", () => {
    const own = /<BmapFileChecksum> ([0-9a-f]{64}) </.exec(text)?.[1] ?? "";
    expect(sha256(text.replace(own, "0".repeat(64)))).toBe(own);
  });
});
