import { describe, expect, it } from "vitest";
import type { ApiTransport } from "../api/exchange.ts";
import type { EncryptionStatus } from "../api/operations-exchange.ts";
import { brambleCommand, connectionTo } from "./testing/bramble-command.ts";

const voters = [
  { id: "b1.0000000a", node: "b1", tookOver: "8822e7f7" },
  { id: "b2.0000000a", node: "b2" },
];

/** A fleet that answers so about its encryption. */
function fleetOf(status: Partial<EncryptionStatus>): ApiTransport {
  return {
    async request({ method, path }) {
      if (method === "POST" && path === "/bramble/v1/encryption/rotate")
        return { status: 200, body: { keyId: "11aa22bb", rewritten: 4 } };
      if (method !== "GET" || path !== "/bramble/v1/encryption") return { status: 404, body: {} };
      return {
        status: 200,
        body: { keyId: "8822e7f7", isRotating: false, values: 4, outdated: 0, voters, ...status },
      };
    },
    // biome-ignore lint/correctness/useYield: nothing is watched here
    async *watch(): AsyncGenerator<never> {
      throw new Error("nothing is watched");
    },
  };
}

const bramble = (line: string, status: Partial<EncryptionStatus> = {}) =>
  brambleCommand(line, { actions: { connect: async () => connectionTo(fleetOf(status)) } });

describe("bramble encryption", () => {
  it("shows the key, how much is encrypted with it, and who has it", async () => {
    const { code, out, err } = await bramble("encryption status");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toMatch(/^key +8822e7f7$/m);
    expect(out).toMatch(/^secrets +4 of 4 with this key$/m);
    expect(out).toMatch(/^b1 +b1\.0000000a +8822e7f7$/m);
    expect(out).toMatch(/^b2 +b2\.0000000a +the first$/m);
    expect(JSON.parse((await bramble("encryption status -o json")).out)).toMatchObject({ keyId: "8822e7f7", voters });
  });

  it("says how to go on with a change that was interrupted", async () => {
    expect((await bramble("encryption status", { outdated: 1 })).err).toContain("bramble encryption rotate");
    const rotating = (...tookOver: (string | undefined)[]) =>
      bramble("encryption status", {
        isRotating: true,
        voters: tookOver.map((key, at) => ({ id: `b${at}.0000000a`, node: `b${at}`, ...(key && { tookOver: key }) })),
      });
    const goOn = "go on with it by `bramble encryption rotate`\n";
    expect((await rotating("8822e7f7", "11aa22bb", undefined)).err).toBe(
      `A change of the key was interrupted before b0, b2 had the new one: ${goOn}`,
    );
    expect((await rotating("11aa22bb", "11aa22bb")).err).toBe(`A change of the key was interrupted: ${goOn}`);
  });

  it("makes a new key", async () => {
    expect((await bramble("encryption rotate")).out).toBe("the key is 11aa22bb; 4 secrets are written anew with it\n");
    expect((await bramble("encryption rotate -o json")).out).toBe('{"keyId":"11aa22bb","rewritten":4}\n');
  });
});
