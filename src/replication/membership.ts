/** Members as the fleet sees them and peers as Raft does, and which configuration a change leads to. */
import { z } from "zod";
import { unreachable } from "../lib/assert.ts";
import type { Peer } from "../raft/message.ts";
import type { MemberChange } from "./encoding/call-codec.ts";
import type { Member, VoterId } from "./ports.ts";

const contextSchema = z.object({ node: z.string(), address: z.string() });

export function peerOf({ id, role, node, address }: Member): Peer {
  return { id, role, context: contextOf({ node, address }) };
}

export function contextOf({ node, address }: Pick<Member, "node" | "address">): string {
  return JSON.stringify({ node, address });
}

/** Undefined for a text that `contextOf` did not write. */
export function parseContext(context: string): Pick<Member, "node" | "address"> | undefined {
  try {
    return contextSchema.safeParse(JSON.parse(context)).data;
  } catch {
    return undefined;
  }
}

/** Throws for a context that `contextOf` did not write. */
export function memberOf({ id, role, context }: Peer): Member {
  return { id: id as VoterId, role, ...contextSchema.parse(JSON.parse(context)) };
}

export function isInEffect(peers: readonly Peer[], change: MemberChange): boolean {
  const present = peers.find((peer) => peer.id === change.id);
  switch (change.type) {
    case "add":
      return present?.context === change.context;
    case "remove":
      return present === undefined;
    default:
      return unreachable(change);
  }
}

/** The configuration after the change. A newcomer starts as a learner; one that has moved keeps its role. */
export function changePeers(peers: readonly Peer[], change: MemberChange): Peer[] {
  const others = peers.filter((peer) => peer.id !== change.id);
  if (change.type === "remove") return others;
  const role = peers.find((peer) => peer.id === change.id)?.role ?? "learner";
  return [...others, { id: change.id, role, context: change.context }];
}

export function promote(peers: readonly Peer[], id: string): Peer[] {
  return peers.map((peer) => (peer.id === id ? { ...peer, role: "voter" } : peer));
}
