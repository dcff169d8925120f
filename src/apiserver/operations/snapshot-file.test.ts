import { describe, expect, it } from "vitest";
import { decodeSnapshotFile, encodeSnapshotFile } from "./snapshot-file.ts";

const header = {
  fleet: "home",
  voter: "b1.00000001",
  version: "1.2.3",
  time: "2026-11-21T10:00:00.000Z",
  revision: 7,
  appliedIndex: 9,
  term: 2,
  caPem: "-----BEGIN CERTIFICATE-----\n",
  podCidr: "10.42.0.0/16",
  apiServers: ["10.99.0.1:6443"],
};
const state = Buffer.from("all that the fleet knows");
const file = Buffer.concat(encodeSnapshotFile(header, state));

describe("a snapshot's file", () => {
  it("holds what was put into it", () => {
    const decoded = decodeSnapshotFile(file);
    expect(decoded.header).toMatchObject(header);
    expect(Buffer.from(decoded.state)).toEqual(state);
  });

  it("is refused with any bit changed, and cut anywhere", () => {
    for (let at = 0; at < file.length; at += 1) {
      const flipped = Buffer.from(file);
      flipped[at] = (file[at] ?? 0) ^ 1;
      expect(() => decodeSnapshotFile(flipped), `byte ${at}`).toThrow(/damaged/);
      expect(() => decodeSnapshotFile(file.subarray(0, at)), `cut at ${at}`).toThrow(/damaged|cut short/);
    }
  });
});
