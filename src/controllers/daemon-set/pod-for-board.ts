/** The pod that a DaemonSet runs on a board: its template, tied to the board and deaf to the board's troubles. */
import { daemonPodTolerations } from "../../api/daemon-set/daemon-tolerations.ts";
import { hashLabel } from "../../api/daemon-set/template-hash.ts";
import type { Affinity } from "../../api/kinds/affinity.ts";
import type { DaemonSet } from "../../api/kinds/daemon-set.ts";
import type { NodeSelectorTerm } from "../../api/kinds/node-selector.ts";
import type { Pod } from "../../api/kinds/pod.ts";

/** The pod of `set` for the board `nodeName`, which the scheduler is to bind there and nowhere else. */
export function podForBoard(set: DaemonSet, nodeName: string, hash: string, name: string): Pod {
  const { metadata, spec } = set.spec.template;
  const { namespace } = set.metadata;
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      generateName: `${set.metadata.name}-`,
      ...(namespace !== undefined && { namespace }),
      labels: { ...metadata.labels, [hashLabel]: hash },
      ...(metadata.annotations !== undefined && { annotations: metadata.annotations }),
      ...(metadata.finalizers !== undefined && { finalizers: metadata.finalizers }),
      ownerReferences: [
        {
          apiVersion: "apps/v1",
          kind: "DaemonSet",
          name: set.metadata.name,
          uid: set.metadata.uid ?? "",
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: { ...spec, affinity: pinned(spec.affinity, nodeName), tolerations: daemonPodTolerations(set) },
    status: {},
  };
}

/** The board that a daemon pod is bound to, or is to be bound to. */
export function boardOfPod(pod: Pod): string | undefined {
  if (pod.spec.nodeName !== undefined) return pod.spec.nodeName;
  const required = pod.spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  for (const term of required?.nodeSelectorTerms ?? []) {
    for (const { key, operator, values } of term.matchFields ?? []) {
      if (key === "metadata.name" && operator === "In" && values?.length === 1) return values[0];
    }
  }
  return undefined;
}

/** The board's name in every term, in place of fields the template names: terms are alternatives. */
function pinned(affinity: Affinity | undefined, nodeName: string): Affinity {
  const matchFields = [{ key: "metadata.name", operator: "In" as const, values: [nodeName] }];
  const own = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const nodeSelectorTerms: NodeSelectorTerm[] =
    own.length === 0 ? [{ matchFields }] : own.map((term) => ({ ...term, matchFields }));
  return {
    ...affinity,
    nodeAffinity: { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } },
  };
}
