/** Finds what a stream is about: a pod of this board's slice, and the containers that the engine has of it. */
import type { Pod } from "../../api/kinds/pod.ts";
import { label, type ObservedPod, observePod, type PodContainer } from "../pod/observed-pod.ts";
import { policyOf, restarts } from "../pod/restart.ts";
import { type StreamContext, StreamRefusal } from "./stream-context.ts";

export interface PodName {
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
}

/** Throws `StreamRefusal` for a pod that is another board's, or another of the same name. */
export function findPod({ slice, node }: StreamContext, { namespace, pod: name, uid }: PodName): Pod {
  const pod = slice().pods.get(uid);
  if (pod === undefined || pod.metadata.name !== name || pod.metadata.namespace !== namespace) {
    throw new StreamRefusal("NotFound", `pod ${namespace}/${name} (${uid}) is not on board ${node}`);
  }
  return pod;
}

export async function observe({ runtime }: StreamContext, { uid }: PodName): Promise<ObservedPod> {
  return observePod(uid, await runtime.list(`${label.uid}=${uid}`));
}

/** The container that `exec` and `attach` mean. Throws `StreamRefusal` in a kubelet's words. */
export function findRunning(pod: Pod, observed: ObservedPod, name: string): PodContainer {
  requireNamed(pod, name);
  const found = observed.containers.find((container) => container.name === name);
  if (found?.state !== "running") throw new StreamRefusal("NotFound", `container not found ("${name}")`);
  return found;
}

/** The container whose log is meant. Throws `StreamRefusal` in a kubelet's words. */
export function findLogged(pod: Pod, observed: ObservedPod, name: string, previous: boolean): PodContainer {
  requireNamed(pod, name);
  const begun = observed.containers.filter(({ name: its, state }) => its === name && state !== "created");
  const [newest, before] = begun;
  const found = previous && !(newest !== undefined && isBetweenRuns(pod, newest)) ? before : newest;
  if (found !== undefined) return found;
  throw new StreamRefusal(
    "BadRequest",
    previous
      ? `previous terminated container "${name}" in pod "${pod.metadata.name}" not found`
      : `container "${name}" in pod "${pod.metadata.name}" is waiting to start: ContainerCreating`,
  );
}

/** It has ended and waits for its next run: Kubernetes calls it the previous one already. */
function isBetweenRuns(pod: Pod, container: PodContainer): boolean {
  const { role, name, state } = container;
  const specs = role === "init" ? (pod.spec.initContainers ?? []) : pod.spec.containers;
  const spec = specs.find((each) => each.name === name);
  if (state !== "exited" || spec === undefined || role === "sandbox") return false;
  return restarts(policyOf(pod, spec, role), container);
}

function requireNamed(pod: Pod, name: string): void {
  const { containers, initContainers = [] } = pod.spec;
  if ([...containers, ...initContainers].some((container) => container.name === name)) return;
  throw new StreamRefusal("BadRequest", `container ${name} is not valid for pod ${pod.metadata.name}`);
}
