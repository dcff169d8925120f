/** Who stands at the other end of a TLS connection, read from a certificate that the fleet's CA signed. */
import type { VoterId } from "../../replication/ports.ts";
import { nodeOfUser, nodesGroup, votersGroup } from "./certificate-names.ts";

/** The part of Node's `tls.PeerCertificate` that says who it is; `{}` where the peer sent none. */
export interface PeerCertificateNames {
  readonly subject?: unknown;
  /** `DNS:b1, IP Address:10.99.0.1, URI:bramble://home/voter/b1.0a1b2c3d` */
  readonly subjectaltname?: string | undefined;
}

export interface PeerIdentity {
  readonly node: string;
  /** Only for a board that is a voter. */
  readonly voterId?: VoterId;
  readonly groups: readonly string[];
}

const nodePattern = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const voterUriPattern = /^URI:bramble:\/\/[a-z0-9-]+\/voter\/([a-z0-9-]+)\.([0-9a-f]{8})$/;

/**
 * The board behind `certificate`, or undefined when it is not a board's (an administrator's, odd or empty). The
 * caller must know that the chain was verified: this reads names, it does not check signatures.
 */
export function identityOf(certificate: PeerCertificateNames): PeerIdentity | undefined {
  const commonNames = attribute(certificate.subject, "CN");
  const groups = attribute(certificate.subject, "O");
  const [user] = commonNames;
  if (user === undefined || commonNames.length !== 1 || !groups.includes(nodesGroup)) return undefined;
  const node = nodeOfUser(user);
  if (node === undefined || !nodePattern.test(node)) return undefined;
  if (!groups.includes(votersGroup)) return { node, groups };
  const voterId = voterIdOf(certificate.subjectaltname ?? "", node);
  return voterId === undefined ? undefined : { node, voterId, groups };
}

/** Exactly one voter name, and the node's own: two would leave open which one speaks. */
function voterIdOf(alternativeNames: string, node: string): VoterId | undefined {
  const uris = alternativeNames.split(", ").filter((name) => name.startsWith("URI:"));
  const [uri] = uris;
  if (uri === undefined || uris.length !== 1) return undefined;
  const [, voterNode, suffix] = voterUriPattern.exec(uri) ?? [];
  return voterNode === node && suffix !== undefined ? (`${node}.${suffix}` as VoterId) : undefined;
}

/** Node gives a subject's attribute as a string, or as an array where it occurs several times. */
function attribute(subject: unknown, name: string): readonly string[] {
  if (typeof subject !== "object" || subject === null || !Object.hasOwn(subject, name)) return [];
  const value: unknown = Object.getOwnPropertyDescriptor(subject, name)?.value;
  if (typeof value === "string") return [value];
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : [];
}
