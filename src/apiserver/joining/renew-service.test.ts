import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SingleVoterStore } from "../../../test/support/single-voter-store.ts";
import { silentLogger } from "../../lib/logger.ts";
import { createKeyAndCsr, csrOfKey } from "../../platform/pki/board-key.ts";
import { createFleetAuthority, openFleetAuthority } from "../../platform/pki/fleet-authority.ts";
import type { VoterId } from "../../replication/ports.ts";
import { boardRecordKey, recordOf } from "./board-record.ts";
import { certifiedBoard } from "./certified-board.ts";
import { renew } from "./renew-service.ts";

const pems = await createFleetAuthority("test");
const authority = openFleetAuthority(pems);
const past = openFleetAuthority(pems, Date.now, -400);
const { keyPem, csrPem } = await createKeyAndCsr("b2");
const otherKey = await createKeyAndCsr("b2");
const address = "127.0.0.2";
const voter = "b2.0000000b" as VoterId;
const names = { csrPem, fleet: "test", node: "b2", address };
const request = { address, csrPem: await csrOfKey("b2", keyPem) };
const derOf = (pem: string) => new X509Certificate(pem).raw;

/** A fleet of `b1` that has heard of the node `b2`, if told so. */
async function fleet({ knowsNode = true } = {}) {
  const store = await SingleVoterStore.open();
  const put = (key: string, value: string) =>
    store.transact({ compares: [], mutations: [{ type: "put", key, value }] });
  if (knowsNode) await put("/registry/core/nodes/b2", "{}");
  const clock = { nowMs: () => Date.now(), monotonicMs: () => 0, after: () => () => {} };
  const options = { store, openAuthority: async () => authority, fleet: "test", clock, log: silentLogger };
  const ask = async (certificatePem: string, change: object = {}) => {
    const board = certifiedBoard(derOf(certificatePem), pems.caPem);
    if (board === undefined) throw new Error("no board's certificate");
    const answer = await renew(options, board, { ...request, ...change });
    return new X509Certificate(answer.certificatePem);
  };
  return { store, put, ask };
}

describe("a board's next certificate", () => {
  it.each([
    ["before its last has ended", authority],
    ["after its last has ended", past],
  ])("is given %s, for the same key and a year", async (_, signer) => {
    const { put, ask } = await fleet();
    const certificatePem = await signer.signBoard(names);
    await put(boardRecordKey("b2"), JSON.stringify(recordOf(certificatePem)));
    const next = await ask(certificatePem);
    expect(next.subject).toBe("CN=system:node:b2\nO=system:nodes");
    expect(recordOf(next.toString())).toEqual(recordOf(certificatePem));
    expect(Date.parse(next.validTo)).toBeGreaterThan(Date.now() + 30 * 86_400_000);
  });

  it("is a voter's as long as the board votes", async () => {
    const { store, ask } = await fleet();
    const certificatePem = await authority.signBoard({ ...names, voter });
    expect((await ask(certificatePem)).subject).not.toContain("bramble:voters");
    await store.addMember({ id: voter, node: "b2", address: "127.0.0.2:8883" });
    expect((await ask(certificatePem)).subjectAltName).toContain(`bramble://test/voter/${voter}`);
  });

  it("is refused to one that has ended, once the Node was deleted", async () => {
    const { ask } = await fleet({ knowsNode: false });
    await expect(ask(await past.signBoard(names))).rejects.toMatchObject({ code: 403 });
    await ask(await authority.signBoard(names));
  });

  it("is refused to a board whose name another one has by now", async () => {
    const { put, ask } = await fleet();
    const taken = await authority.signBoard({ ...names, csrPem: otherKey.csrPem });
    await put(boardRecordKey("b2"), JSON.stringify(recordOf(taken)));
    await expect(ask(await authority.signBoard(names))).rejects.toMatchObject({ code: 403 });
  });

  it.each([
    ["another key", { csrPem: otherKey.csrPem }, /another key/],
    ["no key", { csrPem: "-----BEGIN" }, /PKCS #10/],
    ["no address", { address: "b2" }, /address/],
  ])("is refused for %s", async (_, change, message) => {
    const { ask } = await fleet();
    await expect(ask(await authority.signBoard(names), change)).rejects.toMatchObject({
      code: 400,
      message: expect.stringMatching(message),
    });
  });
});

describe("a certificate that proves no board", () => {
  it.each<[string, () => Promise<string>]>([
    ["of another fleet", async () => openFleetAuthority(await createFleetAuthority("test")).signBoard(names)],
    ["of the administrator", async () => (await authority.signAdmin()).certificatePem],
    ["of the CA itself", async () => pems.caPem],
  ])("%s", async (_, certificate) => {
    expect(certifiedBoard(derOf(await certificate()), pems.caPem)).toBeUndefined();
  });
});
