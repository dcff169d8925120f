/** One object of a slice as it lies on disk: a checksum over its key and its text, a space, and its JSON. */
import { crc32 } from "node:zlib";
import { apiObject, type SliceObject, sliceKey } from "../../api/board-link.ts";

const prefix = "object/";
export const recordRange = { gte: prefix, lt: "object0" };

export function recordKey(key: string): string {
  return `${prefix}${key}`;
}

/** Turns the text of an object that must not be read off the disk into one that says nothing, and back. */
export interface SecretCipher {
  encrypt(key: string, text: string): string;
  /** Undefined where it is not as it was written, or was written by another board. */
  decrypt(key: string, text: string): string | undefined;
}

const secretPrefix = "encrypted ";

export function encodeRecord(object: SliceObject, cipher: SecretCipher): string {
  const text = JSON.stringify(object);
  const json = object.kind === "Secret" ? `${secretPrefix}${cipher.encrypt(sliceKey(object), text)}` : text;
  return `${checksum(recordKey(sliceKey(object)), json)} ${json}`;
}

/** Undefined when the record is not as it was written. */
export function decodeRecord(key: string, record: string, cipher: SecretCipher): SliceObject | undefined {
  const json = record.slice(9);
  if (record.slice(0, 9) !== `${checksum(key, json)} `) return undefined;
  if (!json.startsWith(secretPrefix)) return apiObject.safeParse(JSON.parse(json)).data;
  const text = cipher.decrypt(key.slice(prefix.length), json.slice(secretPrefix.length));
  return text === undefined ? undefined : apiObject.safeParse(JSON.parse(text)).data;
}

/** Of fixed width. */
function checksum(key: string, json: string): string {
  return crc32(json, crc32(key)).toString(16).padStart(8, "0");
}
