import { expect, it } from "vitest";
import { fnv1aBytes } from "./fnv.ts";

it("gives the published hashes of bytes, whole or in pieces", () => {
  const bytes = new TextEncoder().encode("foobar");
  expect(fnv1aBytes(new Uint8Array())).toBe(0x811c9dc5);
  expect(fnv1aBytes(bytes)).toBe(0xbf9cf968);
  expect(fnv1aBytes(bytes.subarray(2), fnv1aBytes(bytes.subarray(0, 2)))).toBe(0xbf9cf968);
});
