/** Takes a board into the fleet: a token in, a certificate and the voters' addresses out. */
import { ApiError } from "../../api/api-error.ts";
import { type JoinAnswer, type JoinRequest, joinRequestSchema, type SharedBroker } from "../../api/join-exchange.ts";
import { nodeResource } from "../../api/kinds/node.ts";
import { secretResource } from "../../api/kinds/secret.ts";
import { parseBody } from "../../api/parse-object.ts";
import { causesText } from "../../api/validation/cause.ts";
import type { Clock } from "../../lib/clock.ts";
import { TerminalError } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Member, ReplicatedStore, VoterId } from "../../replication/ports.ts";
import { revision } from "../../store/types.ts";
import { objectKey } from "../storage/object-key.ts";
import { createObjectStore, type ObjectStore } from "../storage/object-store.ts";
import { isSecret } from "../verbs/kind-guards.ts";
import { boardRecordKey, parseBoardRecord, recordOf } from "./board-record.ts";
import type { CertificateAuthority } from "./certificate-authority.ts";
import { checkToken, credentialOf, tokenNamespace, tokenSecretName } from "./check-token.ts";

export interface JoinServiceOptions {
  readonly store: ReplicatedStore;
  /** Called at each join; the key is only in memory while it is needed. */
  readonly openAuthority: () => Promise<CertificateAuthority>;
  readonly fleet: string;
  /** `10.42.0.0/16` */
  readonly podCidr: string;
  readonly apiPort: number;
  /** Of control brokers. */
  readonly brokerPort: number;
  readonly sharedBroker?: SharedBroker;
  /** What the fleet's secrets are encrypted with, for voters alone. */
  readonly encryptionKeys?: () => string | undefined;
  /** The time that others may go by; undefined while this voter's clock is kept by nobody. */
  readonly sayableMs?: () => number | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface JoinService {
  /** `body` is the request's; throws `ApiError` with a message that says what to do. Joining again is harmless. */
  join(body: unknown): Promise<JoinAnswer>;
}

export function createJoinService(options: JoinServiceOptions): JoinService {
  const { store, fleet, clock, log } = options;
  const objects = createObjectStore(store, clock);
  return {
    async join(body) {
      const request = parseJoinRequest(body);
      await objects.barrier(undefined);
      await requireToken(objects, request, clock.nowMs());
      const authority = await options.openAuthority();
      const certificatePem = await certify(authority, fleet, request);
      await claimName(objects, request.node, certificatePem);
      const { node, role, address } = request;
      if (role === "voter") await becomeMember(store, request, `${address}:${options.brokerPort}`);
      log.info("board joined", { node, role, address });
      const { members } = store;
      return {
        fleet,
        node,
        podCidr: options.podCidr,
        caPem: authority.caPem,
        certificatePem,
        ...(options.sharedBroker !== undefined && { sharedBroker: options.sharedBroker }),
        voters: members.map((member) => member.address),
        apiServers: members.map((member) => `${hostOf(member)}:${options.apiPort}`),
        members: [...members],
        ...(role === "voter" && { encryptionKeys: options.encryptionKeys?.() }),
      };
    },
  };
}

/** Throws `ApiError` (400). */
function parseJoinRequest(body: unknown): JoinRequest {
  const parsed = parseBody(joinRequestSchema, body);
  if (!parsed.ok) throw ApiError.badRequest(`the join request is malformed: ${causesText(parsed.causes)}`);
  const { value } = parsed;
  if (value.role === "voter" && !value.voterId.startsWith(`${value.node}.`)) {
    throw ApiError.badRequest(`the join request is malformed: voterId: must begin with "${value.node}."`);
  }
  return value;
}

/** Throws `ApiError`, see `checkToken`. */
async function requireToken(objects: ObjectStore, { token, role }: JoinRequest, nowMs: number): Promise<void> {
  const credential = credentialOf(token);
  const name = tokenSecretName(credential.id);
  const found = await objects.get(objectKey(secretResource, { namespace: tokenNamespace, name }));
  checkToken(credential, role, found !== undefined && isSecret(found.object) ? found.object : undefined, nowMs);
}

/** Throws `ApiError` (400) where the request's CSR is none. */
async function certify(authority: CertificateAuthority, fleet: string, request: JoinRequest): Promise<string> {
  const { csrPem, node, address } = request;
  const voter = request.role === "voter" ? { voter: voterIdOf(request) } : {};
  try {
    return await authority.signBoard({ csrPem, fleet, node, address, ...voter });
  } catch (thrown) {
    if (thrown instanceof TerminalError) throw ApiError.badRequest(thrown.message);
    throw thrown;
  }
}

/**
 * A name belongs to the key it was first certified for, as long as its Node is there. Throws `ApiError` (409) where
 * another board has it.
 */
async function claimName(objects: ObjectStore, node: string, certificatePem: string): Promise<void> {
  const record = recordOf(certificatePem);
  const key = boardRecordKey(node);
  const nodeKey = objectKey(nodeResource, { name: node });
  const [known, registered] = await Promise.all([objects.reader.get(key), objects.reader.get(nodeKey)]);
  const isSameKey = known !== undefined && parseBoardRecord(known.value).publicKeySha256 === record.publicKeySha256;
  if (isSameKey) return;
  if (registered !== undefined) {
    throw ApiError.conflict(
      nodeResource,
      node,
      `another board has this name: join under another one, or, if that board is no more, \`kubectl delete node ${node}\` first`,
    );
  }
  const result = await objects.commit(
    {
      compares: [
        { key, modRevision: known?.modRevision ?? revision(0) },
        { key: nodeKey, modRevision: revision(0) },
      ],
      mutations: [{ type: "put", key, value: JSON.stringify(record) }],
    },
    undefined,
  );
  if (result.kind !== "committed") {
    throw ApiError.conflict(nodeResource, node, "another board is joining under this name; try again");
  }
}

/** A voter that has lost its disk comes back under a new id: its old self will never vote again. */
async function becomeMember(store: ReplicatedStore, request: JoinRequest & { role: "voter" }, address: string) {
  const id = voterIdOf(request);
  if (store.members.some((member) => member.id === id)) return;
  for (const member of store.members) if (member.node === request.node) await store.removeMember(member.id);
  await store.addMember({ id, node: request.node, address });
}

/** Its form has been checked by the request's schema. */
function voterIdOf({ voterId }: { readonly voterId: string }): VoterId {
  return voterId as VoterId;
}

/** Without the control broker's port. */
function hostOf({ address }: Member): string {
  return address.slice(0, address.lastIndexOf(":"));
}
