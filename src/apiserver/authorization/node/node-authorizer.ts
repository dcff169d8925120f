/**
 * What a board may do with its own credential. Boards speak MQTT and need none of this; whoever steals a board's key
 * gets what that board's own pods have, and nothing else of the fleet's.
 */
import type { ReferencedKind } from "../../../api/pod-references.ts";
import { nodeOf } from "../../authentication/well-known-groups.ts";
import type { Authorizer, Decision } from "../authorizer.ts";
import { nodeRules } from "../bootstrap/cluster-roles.ts";
import { ruleAllows } from "../rbac/rule-allows.ts";
import type { ResourceAttributes } from "../request-attributes.ts";
import type { BoardObjects } from "./board-objects.ts";

const leaseNamespace = "kube-node-lease";
const readVerbs = new Set(["get", "list", "watch"]);
const noOpinion: Decision = { type: "noOpinion", reason: "" };

const referencedKinds: ReadonlyMap<string, ReferencedKind> = new Map([
  ["secrets", "Secret"],
  ["configmaps", "ConfigMap"],
  ["persistentvolumeclaims", "PersistentVolumeClaim"],
]);

/** Has no opinion on anybody but boards, and says of theirs why it is none of their business. */
export function nodeAuthorizer(objects: BoardObjects): Authorizer {
  return {
    async authorize(identity, asked) {
      const node = nodeOf(identity);
      if (node === undefined || asked.type === "path") return noOpinion;
      if (!nodeRules.some((rule) => ruleAllows(rule, asked))) return noOpinion;
      const why = await foreign(objects, node, asked);
      return why === undefined ? { type: "allowed", reason: "" } : { type: "noOpinion", reason: why };
    },
  };
}

/** Why the request goes beyond what is the board's own; undefined where it does not. */
async function foreign(objects: BoardObjects, node: string, asked: ResourceAttributes): Promise<string | undefined> {
  const { group, resource } = asked;
  if (group === "coordination.k8s.io" && resource === "leases") return foreignLease(node, asked);
  if (group !== "") return undefined;
  switch (resource) {
    case "nodes":
      return foreignNode(node, asked);
    case "pods":
      return foreignPod(objects, node, asked);
    case "secrets":
    case "configmaps":
    case "persistentvolumeclaims":
    case "persistentvolumes":
    case "serviceaccounts":
      return (await isUsed(objects, node, asked)) ? undefined : unrelated(node);
    default:
      return undefined;
  }
}

/** A name is asked for in every case: a board has no business with all Secrets of a namespace. */
async function isUsed(objects: BoardObjects, node: string, asked: ResourceAttributes): Promise<boolean> {
  const { resource, subresource, namespace, name } = asked;
  if (name === "") return false;
  if (resource === "serviceaccounts") return subresource === "token" && objects.runsAs(node, namespace, name);
  if (subresource !== "") return false;
  if (resource === "persistentvolumes") return objects.usesVolume(node, name);
  const kind = referencedKinds.get(resource);
  return kind !== undefined && objects.uses(node, kind, namespace, name);
}

/** Who registers gives the name in the body: `restrictNode` looks at that. */
function foreignNode(node: string, { verb, name }: ResourceAttributes): string | undefined {
  if (verb === "create" || name === node) return undefined;
  return `node '${node}' can only ${readVerbs.has(verb) ? "read" : "change"} its own Node object`;
}

async function foreignPod(objects: BoardObjects, node: string, asked: ResourceAttributes): Promise<string | undefined> {
  const { namespace, name, fields } = asked;
  if (fields.get("spec.nodeName") === node) return undefined;
  const isOwn = namespace !== "" && name !== "" && (await objects.hasPod(node, namespace, name));
  return isOwn ? undefined : `${unrelated(node)}: select spec.nodeName=${node}`;
}

function foreignLease(node: string, { verb, namespace, name }: ResourceAttributes): string | undefined {
  const isOwn = namespace === leaseNamespace && (name === node || verb === "create");
  return isOwn ? undefined : `node '${node}' can only use its own lease in ${leaseNamespace}`;
}

function unrelated(node: string): string {
  return `no relationship found between node '${node}' and this object`;
}
