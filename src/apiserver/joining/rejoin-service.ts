/** Gives a board of the fleet a new seat among the voters: after it lost its disk, or when it was invited. */
import { X509Certificate } from "node:crypto";
import { ApiError } from "../../api/api-error.ts";
import type { JoinAnswer } from "../../api/join-exchange.ts";
import {
  type RejoinRequest,
  rejoinRequestSchema,
  type Standing,
  standingRequestSchema,
} from "../../api/operations-exchange.ts";
import { parseBody } from "../../api/parse-object.ts";
import { causesText } from "../../api/validation/cause.ts";
import type { ReplicatedStore, VoterId } from "../../replication/ports.ts";
import { boardRecordKey, parseBoardRecord, publicKeySha256 } from "./board-record.ts";
import { signOrRefuse } from "./certificate-authority.ts";
import type { JoinServiceOptions } from "./join-service.ts";
import { invitationKey } from "./voter-invitation.ts";

/** Who asks, as the TLS connection proves it. */
export interface BoardCaller {
  readonly node: string;
  /** The certificate it showed, in DER. */
  readonly certificate: Uint8Array;
}

export interface RejoinOptions extends JoinServiceOptions {
  /** Lets a board see whether it is invited; see `inviteVoter`. */
  readonly tellInvited: (node: string, isInvited: boolean) => Promise<void>;
}

const forbiddenTo = { group: "", plural: "voters" };

/**
 * Answers a board's request for a seat. The certificate that it showed is its credential: no token is needed, and the
 * new certificate is for the same key. The new voter is added before its old self is taken out, so that the board has
 * a seat all the while and may ask again after any failure. Throws `ApiError`.
 */
export async function rejoin(options: RejoinOptions, caller: BoardCaller, body: unknown): Promise<JoinAnswer> {
  const { store, fleet, log } = options;
  const { node } = caller;
  const request = parseRequest(node, body);
  await store.readBarrier();
  await requireSeat(store, caller);
  const authority = await options.openAuthority();
  const id = request.voterId as VoterId;
  const certificatePem = await signOrRefuse(() =>
    authority.signBoard({ csrPem: request.csrPem, fleet, node, address: request.address, voter: id }),
  );
  if (keyOf(certificatePem) !== keyOf(caller.certificate)) {
    throw ApiError.badRequest("the request is for another key than that of the board's certificate");
  }
  await store.addMember({ id, node, address: `${request.address}:${options.brokerPort}` });
  for (const former of store.members.filter((member) => member.node === node && member.id !== id)) {
    await store.removeMember(former.id);
  }
  if ((await store.reader.get(invitationKey(node))) !== undefined) {
    await options.tellInvited(node, false);
    await store.transact({ compares: [], mutations: [{ type: "delete", key: invitationKey(node) }] });
  }
  log.info("a board took a new seat among the voters", { node, voter: id });
  const { members } = store;
  const hosts = members.map(({ address }) => address.slice(0, address.lastIndexOf(":")));
  return {
    fleet,
    node,
    podCidr: options.podCidr,
    caPem: authority.caPem,
    certificatePem,
    voters: members.map(({ address }) => address),
    apiServers: hosts.map((host) => `${host}:${options.apiPort}`),
    members: [...members],
    encryptionKeys: options.encryptionKeys?.(),
  };
}

function parseRequest(node: string, body: unknown): RejoinRequest {
  const parsed = parseBody(rejoinRequestSchema, body);
  if (!parsed.ok) throw ApiError.badRequest(`the request is malformed: ${causesText(parsed.causes)}`);
  if (parsed.value.voterId.startsWith(`${node}.`)) return parsed.value;
  throw ApiError.badRequest(`the request is malformed: voterId: must begin with "${node}."`);
}

/** Whether a voter of the board that asks still counts, as the fleet has it now. Throws `ApiError`. */
export async function standing(
  { store, sayableMs }: Pick<JoinServiceOptions, "store" | "sayableMs">,
  { node }: BoardCaller,
  body: unknown,
): Promise<Standing> {
  const parsed = parseBody(standingRequestSchema, body);
  if (!parsed.ok) throw ApiError.badRequest(`the request is malformed: ${causesText(parsed.causes)}`);
  await store.readBarrier();
  const own = store.members.filter((member) => member.node === node);
  const isInvited = (await store.reader.get(invitationKey(node))) !== undefined;
  const timeMs = sayableMs?.();
  return {
    isMember: own.some(({ id }) => id === parsed.value.voterId),
    hasSeat: own.length > 0 || isInvited,
    ...(timeMs !== undefined && { timeMs }),
  };
}

/** A board whose name was given to another one since is nobody; one that never was a voter must have been invited. */
async function requireSeat({ reader, members }: ReplicatedStore, { node, certificate }: BoardCaller): Promise<void> {
  const [record, invitation] = await Promise.all([reader.get(boardRecordKey(node)), reader.get(invitationKey(node))]);
  if (record !== undefined && parseBoardRecord(record.value).publicKeySha256 !== keyOf(certificate)) {
    throw ApiError.forbidden(forbiddenTo, node, "another board has this name by now: join under another one");
  }
  if (invitation !== undefined || members.some((member) => member.node === node)) return;
  throw ApiError.forbidden(forbiddenTo, node, `it is no voter: ask for it with \`bramble voters add ${node}\``);
}

function keyOf(certificate: string | Uint8Array): string {
  return publicKeySha256(new X509Certificate(certificate));
}
