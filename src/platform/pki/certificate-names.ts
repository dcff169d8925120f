/** The names that the fleet's CA writes into certificates; what a request asks for is never among them. */
import { kubernetesServiceAddress } from "../../api/kubernetes-service.ts";
import type { VoterId } from "../../replication/ports.ts";

export const nodesGroup = "system:nodes";
export const votersGroup = "bramble:voters";
const administratorsGroup = "system:masters";
const nodeUserPrefix = "system:node:";
const fleetGroupPrefix = "bramble:";

export interface Subject {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

export interface AlternativeName {
  readonly type: "dns" | "ip" | "url";
  readonly value: string;
}

export interface BoardNames {
  readonly fleet: string;
  readonly node: string;
  /** The board's IPv4 address on its network. */
  readonly address: string;
  readonly voter?: VoterId;
}

export function nodeUser(node: string): string {
  return `${nodeUserPrefix}${node}`;
}

/** The node behind `system:node:<node>`; undefined for any other user. */
export function nodeOfUser(user: string): string | undefined {
  return user.startsWith(nodeUserPrefix) ? user.slice(nodeUserPrefix.length) : undefined;
}

/** `bramble://<fleet>/voter/<voter id>` */
function voterUri(fleet: string, voter: VoterId): string {
  return `bramble://${fleet}/voter/${voter}`;
}

export function boardSubject({ node, voter }: BoardNames): Subject {
  return {
    commonName: nodeUser(node),
    organizations: voter === undefined ? [nodesGroup] : [nodesGroup, votersGroup],
  };
}

export const administratorSubject: Subject = { commonName: "admin", organizations: [administratorsGroup] };

/** A board answers to its own names; a voter also serves the API, and so to those that pods know it by. */
export function boardAlternativeNames({ fleet, node, address, voter }: BoardNames): readonly AlternativeName[] {
  const own: AlternativeName[] = [
    { type: "dns", value: node },
    { type: "dns", value: "localhost" },
    { type: "ip", value: address },
    { type: "ip", value: "127.0.0.1" },
  ];
  if (voter === undefined) return own;
  return [
    ...own,
    { type: "dns", value: "kubernetes" },
    { type: "dns", value: "kubernetes.default" },
    { type: "dns", value: "kubernetes.default.svc" },
    { type: "dns", value: "kubernetes.default.svc.cluster.local" },
    { type: "ip", value: kubernetesServiceAddress },
    { type: "url", value: voterUri(fleet, voter) },
  ];
}

/** Whether a certificate for the subject would be an administrator's, a board's or a voter's. */
export function isFleetSubject({ commonName, organizations }: Subject): boolean {
  if (nodeOfUser(commonName) !== undefined) return true;
  return organizations.some(
    (group) => group === administratorsGroup || group === nodesGroup || group.startsWith(fleetGroupPrefix),
  );
}
