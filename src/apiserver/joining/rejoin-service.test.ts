import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SingleVoterStore } from "../../../test/support/single-voter-store.ts";
import { silentLogger } from "../../lib/logger.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { createKeyAndCsr, csrOfKey } from "../../platform/pki/board-key.ts";
import { createFleetAuthority, openFleetAuthority } from "../../platform/pki/fleet-authority.ts";
import type { VoterId } from "../../replication/ports.ts";
import { boardRecordKey, recordOf } from "./board-record.ts";
import { rejoin, standing } from "./rejoin-service.ts";
import { invitationKey } from "./voter-invitation.ts";

const authority = openFleetAuthority(await createFleetAuthority("test"));
const { keyPem, csrPem } = await createKeyAndCsr("b2");
const otherKey = await createKeyAndCsr("b2");
const address = "127.0.0.2";
const certificatePem = await authority.signBoard({ csrPem, fleet: "test", node: "b2", address });
const caller = { node: "b2", certificate: new X509Certificate(certificatePem).raw };
const request = { voterId: "b2.0000000b", address, csrPem: await csrOfKey("b2", keyPem) };
const former = { id: "b2.0000000a" as VoterId, node: "b2", address: "127.0.0.2:8883" };

/** A fleet of `b1`, and what boards were told about invitations. */
async function fleet() {
  const store = await SingleVoterStore.open();
  const told: string[] = [];
  const options = {
    store,
    openAuthority: async () => authority,
    fleet: "test",
    podCidr: "10.42.0.0/16",
    apiPort: 6443,
    brokerPort: 8883,
    clock: new VirtualClock(),
    log: silentLogger,
    tellInvited: async (node: string, isInvited: boolean) => {
      told.push(`${node} ${isInvited}`);
    },
  };
  const put = (key: string, value: string) =>
    store.transact({ compares: [], mutations: [{ type: "put", key, value }] });
  return { store, told, options, put };
}

describe("a voter that lost its disk", () => {
  it("takes the place of the voter that it was, with the key that it has", async () => {
    const { store, options, put } = await fleet();
    await store.addMember(former);
    await put(boardRecordKey("b2"), JSON.stringify(recordOf(certificatePem)));
    const answer = await rejoin(options, caller, request);
    expect(answer.members.map(({ id, role }) => `${id} ${role}`)).toEqual(["b1.00000001 voter", "b2.0000000b learner"]);
    const certificate = new X509Certificate(answer.certificatePem);
    expect(certificate.subjectAltName).toContain("bramble://test/voter/b2.0000000b");
    expect(recordOf(answer.certificatePem)).toEqual(recordOf(certificatePem));
    // Whoever did not hear the answer asks again.
    expect((await rejoin(options, caller, request)).members).toEqual(answer.members);
    expect(await standing(options, caller, { voterId: former.id })).toEqual({ isMember: false, hasSeat: true });
  });
});

describe("a board that is no voter", () => {
  it("gets a seat once it was invited, and the invitation is used up", async () => {
    const { store, told, options, put } = await fleet();
    await expect(rejoin(options, caller, request)).rejects.toThrow(/bramble voters add b2/);
    expect(await standing(options, caller, { voterId: former.id })).toEqual({ isMember: false, hasSeat: false });
    await put(invitationKey("b2"), "{}");
    expect((await rejoin(options, caller, request)).members).toHaveLength(2);
    expect(await store.reader.get(invitationKey("b2"))).toBeUndefined();
    expect(told).toEqual(["b2 false"]);
  });
});

describe("a seat", () => {
  it.each([
    ["under another board's name", { voterId: "b1.0000000b" }, 400, /must begin with "b2\."/],
    ["for another key", { csrPem: otherKey.csrPem }, 400, /another key/],
    ["without a key", { csrPem: "-----BEGIN" }, 400, /PKCS #10/],
    ["at no address", { address: "b2" }, 400, /address/],
  ])("is refused %s", async (_, change, code, message) => {
    const { store, options } = await fleet();
    await store.addMember(former);
    await expect(rejoin(options, caller, { ...request, ...change })).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(store.members).toHaveLength(2);
  });

  it("is refused to a board whose name another one has by now", async () => {
    const { store, options, put } = await fleet();
    await store.addMember(former);
    await put(boardRecordKey("b2"), JSON.stringify({ publicKeySha256: "00" }));
    await expect(rejoin(options, caller, request)).rejects.toMatchObject({ code: 403 });
  });
});
