import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { layoutOf, mibBytes, partitionTable } from "./layout.ts";
import { readRecipe } from "./recipe.ts";

const partitions = fc.record({
  table: fc.constantFrom("dos", "gpt"),
  bootMib: fc.integer({ min: 64, max: 1_000 }),
  rootMib: fc.integer({ min: 256, max: 10_000 }),
  dataMib: fc.integer({ min: 64, max: 10_000 }),
});

describe("a layout", () => {
  it("gives every partition its size, aligned, apart from the others and within the image", () => {
    fc.assert(
      fc.property(partitions, (wanted) => {
        const { partitions: placed, imageBytes } = layoutOf(wanted);
        let endBytes = 0;
        for (const { offsetBytes, sizeBytes, role } of placed) {
          expect(offsetBytes % (4 * mibBytes)).toBe(0);
          expect(offsetBytes).toBeGreaterThanOrEqual(endBytes);
          expect(sizeBytes).toBe(wanted[`${role}Mib`] * mibBytes);
          endBytes = offsetBytes + sizeBytes;
        }
        // GPT's second table: 33 sectors.
        expect(imageBytes - endBytes).toBeGreaterThanOrEqual(wanted.table === "gpt" ? 33 * 512 : 0);
        expect(placed[0].offsetBytes).toBeGreaterThanOrEqual(34 * 512);
      }),
    );
  });

  it("is told to sfdisk in sectors, with types that firmware looks for", () => {
    const pi = readRecipe("pi-4");
    expect(partitionTable(pi, layoutOf(pi.partitions)).split("\n").slice(0, 4)).toEqual([
      "label: dos",
      "unit: sectors",
      "",
      "start=8192, size=524288, type=c, bootable",
    ]);
    const virt = readRecipe("virt");
    expect(partitionTable(virt, layoutOf(virt.partitions))).toContain(
      "type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=bramble-boot",
    );
  });
});
