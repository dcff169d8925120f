/** Boards as `kubectl get nodes` shows them. */
import type { Column } from "../define-resource.ts";
import { findCondition } from "../meta/condition.ts";
import { ageColumn, nameColumn, orNone } from "../printing.ts";
import type { Node } from "./node.ts";

const rolePrefix = "node-role.kubernetes.io/";
const roleLabel = "kubernetes.io/role";

export const nodeColumns: readonly Column<Node>[] = [
  nameColumn,
  { name: "Status", description: "Whether the board is there and takes pods.", cell: nodeStatusText },
  {
    name: "Roles",
    description: "What the board does for the fleet.",
    cell: (node) => orNone(nodeRoles(node).join(",")),
  },
  ageColumn,
  { name: "Version", description: "The agent's version.", cell: ({ status }) => status.nodeInfo.kubeletVersion },
  {
    name: "Internal-IP",
    description: "The board's address.",
    wide: true,
    cell: (node) => addressText(node, "InternalIP"),
  },
  {
    name: "External-IP",
    description: "The board's public address.",
    wide: true,
    cell: (node) => addressText(node, "ExternalIP"),
  },
  {
    name: "OS-Image",
    description: "The operating system.",
    wide: true,
    cell: ({ status }) => known(status.nodeInfo.osImage),
  },
  {
    name: "Kernel-Version",
    description: "The kernel.",
    wide: true,
    cell: ({ status }) => known(status.nodeInfo.kernelVersion),
  },
  {
    name: "Container-Runtime",
    description: "The container engine.",
    wide: true,
    cell: ({ status }) => known(status.nodeInfo.containerRuntimeVersion),
  },
];

/** `Ready`, `NotReady` or `Unknown`, with `,SchedulingDisabled` for a cordoned board. */
function nodeStatusText({ spec, status }: Node): string {
  const ready = findCondition(status.conditions, "Ready")?.status;
  const text = ready === undefined ? "Unknown" : ready === "True" ? "Ready" : "NotReady";
  return spec.unschedulable === true ? `${text},SchedulingDisabled` : text;
}

/** The roles that the board's labels name, sorted. */
function nodeRoles({ metadata }: Node): string[] {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(rolePrefix) && key.length > rolePrefix.length) roles.add(key.slice(rolePrefix.length));
    else if (key === roleLabel && value !== "") roles.add(value);
  }
  return [...roles].sort();
}

function addressText({ status }: Node, type: string): string {
  return orNone(status.addresses?.find((address) => address.type === type)?.address);
}

function known(text: string): string {
  return text === "" ? "<unknown>" : text;
}
