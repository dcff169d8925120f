/** Which pods of a board go when it is drained, which stay, and which a person must decide about. Pure. */
import type { PlainObject } from "./plain-object.ts";

export interface DrainChoices {
  readonly ignoreDaemonsets: boolean;
  readonly deleteEmptydirData: boolean;
  readonly force: boolean;
}

export interface DrainPlan {
  readonly evict: readonly PlainObject[];
  /** As `namespace/name`. */
  readonly leave: readonly string[];
  /** What stands in the way, each with the option that says to go on. */
  readonly refuse: readonly string[];
}

export function planDrain(pods: readonly PlainObject[], choices: DrainChoices): DrainPlan {
  const evict: PlainObject[] = [];
  const leave: string[] = [];
  const refuse: string[] = [];
  for (const pod of pods) {
    const shown = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller === true);
    if (isFinished(pod)) evict.push(pod);
    else if (owner?.kind === "DaemonSet") {
      if (choices.ignoreDaemonsets) leave.push(shown);
      else refuse.push(`${shown} is a DaemonSet's and would come back (--ignore-daemonsets leaves it)`);
    } else if (owner === undefined && !choices.force) {
      refuse.push(`${shown} has nobody to make it anew elsewhere (--force lets it go for good)`);
    } else if (hasEmptyDir(pod) && !choices.deleteEmptydirData) {
      refuse.push(`${shown} keeps data in an emptyDir (--delete-emptydir-data loses it)`);
    } else evict.push(pod);
  }
  return { evict, leave, refuse };
}

function isFinished({ status }: PlainObject): boolean {
  const phase: unknown = typeof status === "object" && status !== null && "phase" in status ? status.phase : undefined;
  return phase === "Succeeded" || phase === "Failed";
}

function hasEmptyDir({ spec }: PlainObject): boolean {
  const volumes: unknown = typeof spec === "object" && spec !== null && "volumes" in spec ? spec.volumes : undefined;
  return Array.isArray(volumes) && volumes.some((volume: object) => "emptyDir" in volume);
}
