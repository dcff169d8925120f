/** What every `Disk` must do; run on each of them. */
import { describe, expect, it } from "vitest";
import type { Disk } from "../log/disk.ts";

export interface DiskFixture {
  readonly disk: Disk;
  remove(): Promise<void>;
}

export function describeDisk(name: string, make: () => Promise<DiskFixture>): void {
  const using = (test: (disk: Disk) => Promise<void>) => async () => {
    const fixture = await make();
    try {
      await test(fixture.disk);
    } finally {
      await fixture.remove();
    }
  };

  describe(`${name} disk`, () => {
    it(
      "makes files of zeros, and lists and removes them",
      using(async (disk) => {
        await disk.create("a", 300_001);
        await disk.create("b", 8);
        expect(Array.from(await disk.list()).sort()).toEqual(["a", "b"]);
        expect(Buffer.from(await disk.read("a")).equals(Buffer.alloc(300_001))).toBe(true);
        await disk.remove("a");
        expect(await disk.list()).toEqual(["b"]);
      }),
    );

    it(
      "renames a file, which keeps what it holds and its open handle",
      using(async (disk) => {
        await disk.create("a", 4);
        const file = await disk.open("a");
        await file.write(0, new Uint8Array([1, 2]));
        await disk.rename("a", "b");
        await file.write(2, new Uint8Array([3]));
        await file.close();
        expect(await disk.list()).toEqual(["b"]);
        expect(Array.from(await disk.read("b"))).toEqual([1, 2, 3, 0]);
      }),
    );

    it(
      "writes in place without changing a file's size",
      using(async (disk) => {
        await disk.create("a", 10);
        const file = await disk.open("a");
        await file.write(3, new Uint8Array([1, 2, 3]));
        await file.write(5, new Uint8Array([9]));
        await file.close();
        expect(Array.from(await disk.read("a"))).toEqual([0, 0, 0, 1, 2, 9, 0, 0, 0, 0]);
      }),
    );

    it(
      "refuses to make a file twice and to open one that is not there",
      using(async (disk) => {
        await disk.create("a", 1);
        await expect(disk.create("a", 1)).rejects.toThrow();
        await expect(disk.open("b")).rejects.toThrow();
      }),
    );

    it(
      "continues a checksum",
      using(async (disk) => {
        const bytes = Buffer.from("123456789");
        expect(disk.checksum(bytes)).toBe(0xcbf43926);
        expect(disk.checksum(bytes.subarray(4), disk.checksum(bytes.subarray(0, 4)))).toBe(0xcbf43926);
      }),
    );
  });
}
