/**
 * What should be in the backend, counted: LevelDB opens over a damaged log without a word and leaves out what it
 * cannot read, so that whole checkpoints may be missing in the middle.
 */
import { crc32 } from "node:zlib";
import { headerText, place } from "./layout.ts";
import type { Version } from "./version.ts";

export interface Inventory {
  readonly versions: number;
  /** Of all their headers, in any order: the sum of the headers' checksums, modulo 2^32. */
  readonly checksum: number;
}

export function takeInventory(versions: Iterable<Version>): Inventory {
  let count = 0;
  let checksum = 0;
  for (const version of versions) {
    count += 1;
    checksum = (checksum + checksumOf(version)) >>> 0;
  }
  return { versions: count, checksum };
}

/** A version comes and goes twice, in the index and in the checkpoints; it never changes, so once is enough. */
function checksumOf(version: Version): number {
  version.inventoryChecksum ??= crc32(headerText(version), crc32(place(version)));
  return version.inventoryChecksum;
}

export function changeInventory(before: Inventory, added: Inventory, removed: Inventory): Inventory {
  return {
    versions: before.versions + added.versions - removed.versions,
    checksum: (before.checksum + added.checksum - removed.checksum) >>> 0,
  };
}

export function sameInventory(a: Inventory, b: Inventory): boolean {
  return a.versions === b.versions && a.checksum === b.checksum;
}
