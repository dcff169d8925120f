/** One change of one key, as the index in memory knows it. */
import { crc32 } from "node:zlib";
import type { Revision, StoreKey } from "./types.ts";

export interface Version {
  readonly key: StoreKey;
  readonly type: "put" | "delete";
  readonly modRevision: Revision;
  /** Its place among the changes of `modRevision`, from 0. */
  readonly ordinal: number;
  /** Of the key's present life; a delete carries that of the life it ends. */
  readonly createRevision: Revision;
  /** Length of the value in UTF-16 units; 0 for a delete. */
  readonly size: number;
  /** CRC-32 of the value in UTF-8; 0 for a delete. */
  readonly checksum: number;
  /** The value of a put until a checkpoint has made it durable. All such values together are the overlay. */
  overlay: string | undefined;
  /** What it adds to an `Inventory`, once that was asked for. */
  inventoryChecksum: number | undefined;
}

export type VersionPlace = Pick<Version, "key" | "modRevision" | "ordinal" | "createRevision">;

export function putVersion(place: VersionPlace, value: string): Version {
  return {
    ...place,
    type: "put",
    size: value.length,
    checksum: crc32(value),
    overlay: value,
    inventoryChecksum: undefined,
  };
}

export function deleteVersion(place: VersionPlace): Version {
  return { ...place, type: "delete", size: 0, checksum: 0, overlay: undefined, inventoryChecksum: undefined };
}

/** By revision, then by the order within it. */
export function compareVersions(a: Version, b: Version): number {
  return a.modRevision - b.modRevision || a.ordinal - b.ordinal;
}
