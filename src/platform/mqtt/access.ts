/** Who may say and hear what on a control broker: decided from the certificate, never from a topic's text. */
import { telemetryTopic } from "../../api/telemetry/topics.ts";
import type { VoterId } from "../../replication/ports.ts";
import type { PeerIdentity } from "../pki/peer-identity.ts";
import { type ControlTopic, downFilter, parseTopic } from "./topics.ts";

/** A connection's part in the fleet. A voter's board has two connections, each with the rights of one part. */
export type Peer = { readonly role: "board"; readonly node: string } | { readonly role: "voter"; readonly id: VoterId };

/** The broker's own place: whose it is and for which fleet. */
export interface BrokerScope {
  readonly fleet: string;
  readonly voter: VoterId;
}

export interface PublishAttempt {
  readonly topic: string;
  readonly qos: number;
  readonly retain: boolean;
}

export interface ConnectAttempt {
  readonly clientId: string;
  readonly clean: boolean;
  readonly will?: LastWill;
}

export interface LastWill {
  readonly topic: string;
  readonly payload: string;
  readonly retain: boolean;
}

export function boardClientId(node: string): string {
  return `board/${node}`;
}

/** What a board's connection leaves behind when it ends without a goodbye: the word that the public is then told. */
export function boardWill(fleet: string, node: string): LastWill {
  const topic = telemetryTopic(fleet, { about: "node", node, what: "availability" });
  return { topic, payload: "offline", retain: false };
}

export function voterClientId(id: VoterId): string {
  return `voter/${id}`;
}

/**
 * The part that a connection may play, or the reason why it may play none. The client id chooses among the parts that
 * the certificate allows; being derived from the certificate, it cannot push anybody else off the broker.
 */
export function admit(
  fleet: string,
  identity: PeerIdentity,
  attempt: ConnectAttempt,
): Peer | { readonly refusal: string } {
  // A stored session, another will or a retained message would speak for a board that is not there.
  if (!attempt.clean) return { refusal: "sessions are not stored" };
  if (attempt.clientId === boardClientId(identity.node)) {
    if (attempt.will !== undefined && !isSameWill(attempt.will, boardWill(fleet, identity.node))) {
      return { refusal: "a board's will says that it is gone, and nothing else" };
    }
    return { role: "board", node: identity.node };
  }
  if (attempt.will !== undefined) return { refusal: "wills are kept for boards alone" };
  if (identity.voterId !== undefined && attempt.clientId === voterClientId(identity.voterId)) {
    return { role: "voter", id: identity.voterId };
  }
  return { refusal: "the client id is not one of the certificate's" };
}

function isSameWill(one: LastWill, other: LastWill): boolean {
  return one.topic === other.topic && one.payload === other.payload && one.retain === other.retain;
}

/** The topic that `peer` may publish to, or the reason why it may not. */
export function authorizePublish(
  scope: BrokerScope,
  peer: Peer,
  attempt: PublishAttempt,
): ControlTopic | { readonly refusal: string } {
  if (attempt.retain) return { refusal: "nothing is retained" };
  if (attempt.qos > 1) return { refusal: "quality of service 2 is not offered" };
  const topic = parseTopic(scope.fleet, attempt.topic);
  if (topic === undefined) return { refusal: "the topic is not one of this fleet's" };
  const own =
    topic.plane === "node"
      ? peer.role === "board" && topic.node === peer.node && topic.direction === "up"
      : peer.role === "voter" && topic.from === peer.id && topic.to === scope.voter;
  return own ? topic : { refusal: "the topic is somebody else's" };
}

/** A board hears what it is told, as one whole filter; what voters say is heard inside the broker's process only. */
export function maySubscribe(scope: BrokerScope, peer: Peer, filter: string): boolean {
  return peer.role === "board" && filter === downFilter(scope.fleet, peer.node);
}
