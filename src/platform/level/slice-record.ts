/** One object of a slice as it lies on disk: a checksum over its key and its text, a space, and its JSON. */
import { crc32 } from "node:zlib";
import { apiObject, type SliceObject, sliceKey } from "../../api/board-link.ts";

const prefix = "object/";
export const recordRange = { gte: prefix, lt: "object0" };

export function recordKey(key: string): string {
  return `${prefix}${key}`;
}

export function encodeRecord(object: SliceObject): string {
  const json = JSON.stringify(object);
  return `${checksum(recordKey(sliceKey(object)), json)} ${json}`;
}

/** Undefined when the record is not as it was written. */
export function decodeRecord(key: string, record: string): SliceObject | undefined {
  const json = record.slice(9);
  if (record.slice(0, 9) !== `${checksum(key, json)} `) return undefined;
  return apiObject.safeParse(JSON.parse(json)).data;
}

/** Of fixed width. */
function checksum(key: string, json: string): string {
  return crc32(json, crc32(key)).toString(16).padStart(8, "0");
}
