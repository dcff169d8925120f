/** What a DaemonSet has been, so that it can be so again: one ControllerRevision for each template. */

import { hashLabel } from "../../api/daemon-set/template-hash.ts";
import type { ControllerRevision } from "../../api/kinds/apps/controller-revision.ts";
import type { DaemonSet } from "../../api/kinds/daemon-set.ts";
import type { Pod } from "../../api/kinds/pod.ts";

export interface RevisionsPlan {
  /** The current template's, where there is none yet. */
  readonly create: ControllerRevision | undefined;
  /** The current template's, where an older one has become the current again. */
  readonly promote: ControllerRevision | undefined;
  /** More than are kept, the oldest first, and none that a pod still runs. */
  readonly remove: readonly ControllerRevision[];
}

/** `hash` is the current template's; `owned` and `pods` are those that the set controls. */
export function planRevisions(
  set: DaemonSet,
  hash: string,
  owned: readonly ControllerRevision[],
  pods: readonly Pod[],
): RevisionsPlan {
  const latest = Math.max(0, ...owned.map(({ revision }) => revision));
  const current = owned.find((revision) => hashOf(revision) === hash);
  const running = new Set(pods.map((pod) => pod.metadata.labels?.[hashLabel]));
  const old = owned
    .filter((revision) => revision !== current && !running.has(hashOf(revision)))
    .toSorted((one, other) => one.revision - other.revision);
  return {
    create: current === undefined ? revisionOf(set, hash, latest + 1) : undefined,
    promote: current !== undefined && current.revision < latest ? { ...current, revision: latest + 1 } : undefined,
    remove: old.slice(0, Math.max(0, old.length - set.spec.revisionHistoryLimit)),
  };
}

/** Its data is a strategic merge patch: who goes back applies it. */
function revisionOf(set: DaemonSet, hash: string, revision: number): ControllerRevision {
  const { name, namespace, uid = "", annotations } = set.metadata;
  const cause = annotations?.[changeCause];
  return {
    apiVersion: "apps/v1",
    kind: "ControllerRevision",
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace !== undefined && { namespace }),
      labels: { ...set.spec.template.metadata.labels, [hashLabel]: hash },
      ...(cause !== undefined && { annotations: { [changeCause]: cause } }),
      ownerReferences: [
        { apiVersion: "apps/v1", kind: "DaemonSet", name, uid, controller: true, blockOwnerDeletion: true },
      ],
    },
    data: { spec: { template: { ...set.spec.template, $patch: "replace" } } },
    revision,
  };
}

/** What `kubectl annotate` says of a change, shown by `kubectl rollout history`. */
const changeCause = "kubernetes.io/change-cause";

function hashOf({ metadata }: ControllerRevision): string | undefined {
  return metadata.labels?.[hashLabel];
}
