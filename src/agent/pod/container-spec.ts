/** Turns a pod's containers into what the engine is asked to make. Pure. */
import type { Container } from "../../api/kinds/container.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { quantityMilliValue, quantityValue } from "../../api/meta/quantity.ts";
import { ownValue } from "../../lib/own-value.ts";
import { pauseImage } from "../pause-image/pause-name.ts";
import type { RuntimeContainerSpec, RuntimeMount } from "../ports.ts";
import { expand } from "./expand.ts";
import { type ContainerRole, label, type PodContainer } from "./observed-pod.ts";
import { podHostname } from "./pod-files.ts";
import { configError } from "./step-error.ts";

const cpuSharesPerCpu = 1024;
const cpuSharesMin = 2;

/** The container that holds the pod's namespaces. `attempt` keeps the names of a lost sandbox and its heir apart. */
export function sandboxSpec(pod: Pod, address: string | undefined, attempt: number): RuntimeContainerSpec {
  const { hostNetwork, hostIPC, hostPID } = pod.spec;
  return {
    name: engineName(pod, "sandbox", attempt),
    image: pauseImage,
    labels: {
      ...podLabels(pod, "sandbox"),
      [label.attempt]: `${attempt}`,
      ...(address !== undefined && { [label.address]: address }),
    },
    command: undefined,
    args: undefined,
    env: [],
    workingDir: undefined,
    user: undefined,
    hostname: hostNetwork === true ? undefined : podHostname(pod),
    stdin: false,
    stdinOnce: false,
    tty: false,
    network: hostNetwork === true ? "host" : "own",
    ipc: hostIPC === true ? "host" : "own",
    pid: hostPID === true ? "host" : "own",
    mounts: [],
    resources: { cpuShares: cpuSharesMin },
    security: {
      privileged: false,
      readOnlyRootFilesystem: true,
      noNewPrivileges: true,
      capabilitiesAdd: [],
      capabilitiesDrop: ["ALL"],
      groups: [],
    },
  };
}

export interface ContainerStart {
  readonly container: Container;
  readonly role: ContainerRole;
  readonly sandbox: PodContainer;
  readonly attempt: number;
  readonly backoffLevel: number;
}

/** One of the pod's own containers. Throws `StepError` where the security context cannot be honoured. */
export function containerSpec(
  pod: Pod,
  start: ContainerStart,
  variables: ReadonlyMap<string, string>,
  mounts: readonly RuntimeMount[],
  imageUser: string,
): RuntimeContainerSpec {
  const { container, role, sandbox, attempt, backoffLevel } = start;
  const { hostNetwork, hostIPC, hostPID, shareProcessNamespace } = pod.spec;
  const inSandbox = { sandbox: sandbox.id };
  const args = container.args?.map((argument) => expand(argument, variables));
  const command = container.command?.map((argument) => expand(argument, variables));
  return {
    name: engineName(pod, container.name, attempt),
    image: container.image ?? "",
    labels: {
      ...podLabels(pod, role),
      [label.container]: container.name,
      [label.image]: container.image ?? "",
      [label.attempt]: `${attempt}`,
      [label.backoffLevel]: `${backoffLevel}`,
      [label.sandbox]: sandbox.id,
    },
    command: command?.length === 0 ? undefined : command,
    args: args?.length === 0 ? undefined : args,
    env: Array.from(variables, ([name, value]) => `${name}=${value}`),
    workingDir: container.workingDir,
    user: userOf(pod, container, imageUser),
    hostname: undefined,
    stdin: container.stdin === true,
    stdinOnce: container.stdinOnce === true,
    tty: container.tty === true,
    network: hostNetwork === true ? "host" : inSandbox,
    ipc: hostIPC === true ? "host" : inSandbox,
    pid: hostPID === true ? "host" : shareProcessNamespace === true ? inSandbox : "own",
    mounts,
    resources: resourcesOf(container),
    security: securityOf(pod, container),
  };
}

function podLabels(pod: Pod, role: ContainerRole): Record<string, string> {
  return {
    [label.uid]: pod.metadata.uid ?? "",
    [label.namespace]: pod.metadata.namespace ?? "",
    [label.pod]: pod.metadata.name,
    [label.role]: role,
    [label.graceSeconds]: `${pod.spec.terminationGracePeriodSeconds}`,
  };
}

/** Readable in `docker ps`, and unique: the uid tells pods of one name apart. */
function engineName(pod: Pod, part: string, attempt: number): string {
  const { namespace, name, uid } = pod.metadata;
  return `bramble_${namespace}_${name}_${part}_${uid}_${attempt}`;
}

function resourcesOf(container: Container): RuntimeContainerSpec["resources"] {
  const { limits, requests } = container.resources;
  const cpuLimit = ownValue(limits, "cpu");
  const cpuRequest = ownValue(requests, "cpu");
  const memoryLimit = ownValue(limits, "memory");
  const shares = Math.max(cpuSharesMin, Math.floor((quantityMilliValue(cpuRequest ?? "0") * cpuSharesPerCpu) / 1000));
  return {
    cpuShares: shares,
    ...(cpuLimit !== undefined && { nanoCpus: quantityMilliValue(cpuLimit) * 1_000_000 }),
    ...(memoryLimit !== undefined && { memoryBytes: quantityValue(memoryLimit) }),
  };
}

function userOf(pod: Pod, container: Container, imageUser: string): string | undefined {
  const own = container.securityContext;
  const ofPod = pod.spec.securityContext;
  const user = own?.runAsUser ?? ofPod.runAsUser;
  const group = own?.runAsGroup ?? ofPod.runAsGroup;
  if ((own?.runAsNonRoot ?? ofPod.runAsNonRoot) === true && isRoot(user ?? imageUser)) {
    throw configError(
      `container has runAsNonRoot, but ${user === undefined ? "its image runs as root" : "runAsUser is 0"}: set another runAsUser`,
    );
  }
  if (group === undefined) return user === undefined ? undefined : `${user}`;
  return `${user ?? (imageUser.split(":")[0] || "0")}:${group}`;
}

function isRoot(user: string | number): boolean {
  const [name] = `${user}`.split(":");
  return name === "" || name === "0" || name === "root";
}

function securityOf(pod: Pod, container: Container): RuntimeContainerSpec["security"] {
  const own = container.securityContext;
  const ofPod = pod.spec.securityContext;
  const groups = [...(ofPod.supplementalGroups ?? []), ...(ofPod.fsGroup === undefined ? [] : [ofPod.fsGroup])];
  return {
    privileged: own?.privileged === true,
    readOnlyRootFilesystem: own?.readOnlyRootFilesystem === true,
    noNewPrivileges: own?.allowPrivilegeEscalation === false,
    capabilitiesAdd: own?.capabilities?.add ?? [],
    capabilitiesDrop: own?.capabilities?.drop ?? [],
    groups: groups.map(String),
  };
}
