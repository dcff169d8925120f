/** What the engine holds of a pod, read back from the labels that the agent put on its containers. */
import type { RuntimeContainer } from "../ports.ts";

/** The labels are the agent's only memory of what it started: a restarted agent adopts what they describe. */
export const label = {
  uid: "bramble.io/pod-uid",
  namespace: "bramble.io/pod-namespace",
  pod: "bramble.io/pod-name",
  role: "bramble.io/role",
  container: "bramble.io/container",
  image: "bramble.io/image",
  attempt: "bramble.io/attempt",
  backoffLevel: "bramble.io/backoff-level",
  sandbox: "bramble.io/sandbox",
  address: "bramble.io/pod-ip",
  graceSeconds: "bramble.io/grace-seconds",
} as const;

export type ContainerRole = "sandbox" | "init" | "app";

export interface PodContainer extends RuntimeContainer {
  readonly role: ContainerRole;
  /** The container's name in the pod; empty for the sandbox. */
  readonly name: string;
  /** The image as the pod named it when this container was made. */
  readonly image: string;
  /** How many containers of this name came before; the `restartCount` of the status. */
  readonly attempt: number;
  /** How many times in a row it had ended early before this start; see `restartDelayMs`. */
  readonly backoffLevel: number;
  /** The id of the sandbox that it joined; empty for the sandbox itself. */
  readonly sandboxId: string;
  /** The pod's address, on the sandbox; undefined on the board's own network. */
  readonly address: string | undefined;
  readonly graceSeconds: number;
}

export interface ObservedPod {
  readonly uid: string;
  readonly namespace: string;
  readonly name: string;
  /** Newest first. */
  readonly sandboxes: readonly PodContainer[];
  /** The highest attempt of each name first. */
  readonly containers: readonly PodContainer[];
}

/** Groups an engine's containers by the pod they belong to. Containers without our labels are left out. */
export function observePods(containers: readonly RuntimeContainer[]): ReadonlyMap<string, ObservedPod> {
  const byUid = Map.groupBy(containers, ({ labels }) => labels[label.uid] ?? "");
  byUid.delete("");
  return new Map(Array.from(byUid, ([uid, members]) => [uid, observePod(uid, members)]));
}

/** The pod `uid` as `containers` show it; all of them must be its own. */
export function observePod(uid: string, containers: readonly RuntimeContainer[]): ObservedPod {
  const labels = containers[0]?.labels ?? {};
  const members = containers.map(toPodContainer).filter((member) => member !== undefined);
  return {
    uid,
    namespace: labels[label.namespace] ?? "",
    name: labels[label.pod] ?? "",
    sandboxes: members.filter(({ role }) => role === "sandbox").sort((a, b) => b.createdAtMs - a.createdAtMs),
    containers: members.filter(({ role }) => role !== "sandbox").sort((a, b) => b.attempt - a.attempt),
  };
}

function toPodContainer(container: RuntimeContainer): PodContainer | undefined {
  const { labels } = container;
  const role = labels[label.role];
  if (role !== "sandbox" && role !== "init" && role !== "app") return undefined;
  return {
    ...container,
    role,
    name: labels[label.container] ?? "",
    image: labels[label.image] ?? "",
    attempt: natural(labels[label.attempt]),
    backoffLevel: natural(labels[label.backoffLevel]),
    sandboxId: labels[label.sandbox] ?? "",
    address: labels[label.address],
    graceSeconds: natural(labels[label.graceSeconds]),
  };
}

function natural(text: string | undefined): number {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
}

/** The newest container of that name, whichever sandbox it joined. */
export function latest(observed: ObservedPod, role: ContainerRole, name: string): PodContainer | undefined {
  return observed.containers.find((container) => container.role === role && container.name === name);
}
