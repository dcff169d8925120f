/** What the administrator asks about the voters: who they are, another leader, one more, one less. */
import type { z } from "zod";
import { ApiError } from "../../api/api-error.ts";
import { nodeResource } from "../../api/kinds/node.ts";
import { type FleetVoters, invitationSchema, voterReferenceSchema } from "../../api/operations-exchange.ts";
import { parseBody } from "../../api/parse-object.ts";
import { causesText } from "../../api/validation/cause.ts";
import { OperationalError, UsageError } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Member, ReplicatedStore, VoterOperations } from "../../replication/ports.ts";
import { invitationKey, invitationPrefix } from "../joining/voter-invitation.ts";
import { objectKey } from "../storage/object-key.ts";
import { whyNotRemovable } from "./quorum-after.ts";

export interface VoterOperationsOptions {
  readonly store: ReplicatedStore & VoterOperations;
  readonly fleet: string;
  readonly apiPort: number;
  /**
   * Lets a board see, in what it knows of its own Node, whether it is invited. That is word to the board alone: what
   * entitles it is kept where no API request reaches.
   */
  readonly tellInvited: (node: string, isInvited: boolean) => Promise<void>;
  readonly log: Logger;
}

const subject = { group: "", plural: "voters" };

export async function listVoters({ store, fleet, apiPort }: VoterOperationsOptions): Promise<FleetVoters> {
  await store.readBarrier();
  const { leadership, progress } = store;
  const leader = leaderAmong(store);
  const invitations = await store.reader.range({ prefix: invitationPrefix });
  return {
    fleet,
    term: leadership.term,
    ...(leader === undefined ? {} : { leaderApi: apiOf(leader, apiPort) }),
    voters: store.members
      .map((member) => {
        const matchIndex = progress?.matchIndex.get(member.id);
        const known = matchIndex === undefined ? {} : { matchIndex, lag: (progress?.lastIndex ?? 0) - matchIndex };
        return { ...member, leader: member.id === leader?.id, ...known };
      })
      .sort((one, other) => (one.id < other.id ? -1 : 1)),
    invited: invitations.items.map(({ key }) => key.slice(invitationPrefix.length)),
  };
}

/** Asks a board to become a voter. It hears of it at once where it is connected, else when it comes back. */
export async function inviteVoter(
  { store, log, tellInvited }: VoterOperationsOptions,
  body: unknown,
): Promise<{ node: string }> {
  const { node } = parse(invitationSchema, body);
  await store.readBarrier();
  if (store.members.some((member) => member.node === node)) {
    throw ApiError.conflict(subject, node, "it is a voter already");
  }
  if ((await store.reader.get(objectKey(nodeResource, { name: node }))) === undefined) {
    throw ApiError.notFound(nodeResource, node);
  }
  await store.transact({ compares: [], mutations: [{ type: "put", key: invitationKey(node), value: "{}" }] });
  await tellInvited(node, true);
  log.info("a board was invited to become a voter", { node });
  return { node };
}

/** To be asked of the leader, which must not be the one that leaves. Throws `ApiError`. */
export async function removeVoter(options: VoterOperationsOptions, body: unknown): Promise<{ voter: string }> {
  const { store, log } = options;
  const reference = parse(voterReferenceSchema, body).voter;
  await requireLeader(options);
  const leaving = membersCalled(store.members, reference);
  const [first] = leaving;
  if (first === undefined) return withdrawInvitation(options, reference);
  if (leaving.some(({ id }) => id === leaderAmong(store)?.id)) {
    throw ApiError.conflict(
      subject,
      reference,
      "it leads: make another voter lead with `bramble voters transfer` first",
    );
  }
  const recentlyHeard = store.progress?.recentlyHeard ?? new Set();
  for (const { id } of leaving) {
    const why = whyNotRemovable(store.members, id, (other) => recentlyHeard.has(other));
    if (why !== undefined) throw ApiError.conflict(subject, reference, why);
    await store.removeMember(id);
    log.info("a voter was removed", { voter: id });
  }
  return { voter: first.id };
}

/** To be asked of the leader. Resolves once another voter leads. Throws `ApiError`. */
export async function transferLeadership(options: VoterOperationsOptions, body: unknown): Promise<{ voter: string }> {
  const { store, log } = options;
  const reference = parse(voterReferenceSchema, body).voter;
  await requireLeader(options);
  const [next] = membersCalled(store.members, reference).filter(({ role }) => role === "voter");
  if (next === undefined) throw ApiError.notFound(subject, reference);
  try {
    await store.transferLeadership(next.id);
  } catch (thrown) {
    if (thrown instanceof UsageError) throw ApiError.conflict(subject, reference, thrown.message);
    if (thrown instanceof OperationalError) throw ApiError.serviceUnavailable(thrown.message);
    throw thrown;
  }
  log.info("leadership was handed over", { to: next.id });
  return { voter: next.id };
}

async function withdrawInvitation(
  { store, tellInvited }: VoterOperationsOptions,
  node: string,
): Promise<{ voter: string }> {
  const key = invitationKey(node);
  if ((await store.reader.get(key)) === undefined) throw ApiError.notFound(subject, node);
  await tellInvited(node, false);
  await store.transact({ compares: [], mutations: [{ type: "delete", key }] });
  return { voter: node };
}

async function requireLeader({ store, apiPort }: VoterOperationsOptions): Promise<void> {
  await store.readBarrier();
  if (store.leadership.role === "leader") return;
  const leader = leaderAmong(store);
  throw ApiError.serviceUnavailable(
    leader === undefined ? "no voter leads just now; try again" : `ask the leader at ${apiOf(leader, apiPort)}`,
  );
}

function leaderAmong({ leadership, members, self }: ReplicatedStore & VoterOperations): Member | undefined {
  return leadership.role === "follower" ? leadership.leader : members.find(({ id }) => id === self);
}

function membersCalled(members: readonly Member[], reference: string): readonly Member[] {
  return members.filter(({ id, node }) => id === reference || node === reference);
}

function apiOf({ address }: Member, apiPort: number): string {
  return `${address.slice(0, address.lastIndexOf(":"))}:${apiPort}`;
}

function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = parseBody(schema, body);
  if (parsed.ok) return parsed.value;
  throw ApiError.badRequest(`the request is malformed: ${causesText(parsed.causes)}`);
}
