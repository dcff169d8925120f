/** Carries out the steps that `planPod` decides on. Each may be interrupted and done again. */
import { chmod, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Container } from "../../api/kinds/container.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { delay } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import type { AgentContext } from "../agent-context.ts";
import { type Runtime, type RuntimeContainerSpec, RuntimeUnavailableError } from "../ports.ts";
import { runProbeAction } from "../probes/probe-action.ts";
import { prepareVolume } from "../volumes/prepare-volume.ts";
import { removePlaces } from "../volumes/sub-path.ts";
import { containerSpec, sandboxSpec } from "./container-spec.ts";
import { environment } from "./environment.ts";
import { ensureImage } from "./image.ts";
import type { PodContainer } from "./observed-pod.ts";
import type { PodStep } from "./plan.ts";
import { hostsFile, resolvConf } from "./pod-files.ts";
import { mountsOf, podDirectory, podPlace, volumeRoom } from "./pod-mounts.ts";
import { StepError } from "./step-error.ts";

type Step<Type extends PodStep["type"]> = Extract<PodStep, { readonly type: Type }>;

/** Makes or updates the pod's directory and volumes. Throws `StepError` (`FailedMount`). */
export async function prepareFiles(pod: Pod, context: AgentContext): Promise<void> {
  const directory = podDirectory(pod.metadata.uid ?? "", context);
  // Closed to everyone but root: volumes below may hold secrets.
  await mkdir(context.podsDirectory, { recursive: true, mode: 0o700 });
  await mkdir(join(directory, "volumes"), { recursive: true });
  for (const volume of pod.spec.volumes ?? [])
    await prepareVolume(pod, volume, context.slice(), podPlace(pod, context), volumeRoom(pod, context));
}

/** Gives the pod its address and starts the container that holds its namespaces. */
export async function createSandbox(pod: Pod, attempt: number, context: AgentContext): Promise<void> {
  const uid = pod.metadata.uid ?? "";
  const address = pod.spec.hostNetwork === true ? undefined : assignAddress(uid, context);
  const directory = podDirectory(uid, context);
  const board = context.board();
  await writeIfChanged(join(directory, "hosts"), hostsFile(pod, address, board.clusterDomain));
  await writeIfChanged(join(directory, "resolv.conf"), resolvConf(pod, board));
  await context.starts.run(async () => {
    const id = await context.runtime.create(sandboxSpec(pod, address, attempt));
    await context.runtime.start(id);
  });
}

function assignAddress(uid: string, context: AgentContext): string {
  const podCidr = context.slice().node(context.node)?.spec.podCIDR;
  if (podCidr === undefined) throw new StepError("NetworkNotReady", "this board has no range of pod addresses yet");
  const address = context.addresses.assign(uid, podCidr);
  if (address === undefined) throw new StepError("NetworkNotReady", `all addresses of ${podCidr} are in use`);
  return address;
}

export async function attachNetwork(pod: Pod, sandbox: PodContainer, context: AgentContext): Promise<void> {
  if (sandbox.address === undefined) throw new StepError("NetworkNotReady", "the sandbox has no address");
  await context.network.attach({ uid: pod.metadata.uid ?? "", sandboxPid: sandbox.pid, address: sandbox.address });
}

/** Starts one container. Throws `StepError` with the reason that its status should show. */
export async function startContainer(
  pod: Pod,
  step: Step<"startContainer">,
  context: AgentContext,
  signal: AbortSignal,
): Promise<void> {
  const { runtime, events } = context;
  const { container } = step;
  const image = await ensureImage(container, runtime, signal);
  events.record(pod, "Normal", "Pulled", image.message, container.name);
  const variables = environment(pod, container, context.slice(), podPlace(pod, context));
  const mounts = await mountsOf(pod, container, variables, context);
  const spec = containerSpec(pod, step, variables, mounts, image.user);
  const id = await context.starts.run(() => createAndStart(spec, runtime));
  events.record(pod, "Normal", "Created", `Created container ${container.name}`, container.name);
  await afterStart(pod, container, id, context);
  events.record(pod, "Normal", "Started", `Started container ${container.name}`, container.name);
}

async function createAndStart(spec: RuntimeContainerSpec, runtime: Runtime): Promise<string> {
  const id = await reasoned("CreateContainerError", () => runtime.create(spec));
  try {
    await reasoned("RunContainerError", () => runtime.start(id));
    return id;
  } catch (thrown) {
    await runtime.remove(id).catch(() => {});
    throw thrown;
  }
}

/** A container whose hook fails is ended, as in Kubernetes; its restart policy decides what follows. */
async function afterStart(pod: Pod, container: Container, containerId: string, context: AgentContext): Promise<void> {
  const hook = container.lifecycle?.postStart;
  if (hook === undefined) return;
  const target = { container, containerId, address: podPlace(pod, context).podAddress };
  const { ok, message } = await runProbeAction(hook, target, context.runtime, hookMsMax);
  if (ok) return;
  await context.runtime.stop(containerId, pod.spec.terminationGracePeriodSeconds);
  throw new StepError("PostStartHookError", message);
}

const hookMsMax = 120_000;

/** Stops containers side by side: the hook first, then SIGTERM, then SIGKILL, all within one grace period. */
export async function stopContainers(pod: Pod | undefined, step: Step<"stop">, context: AgentContext): Promise<void> {
  await Promise.all(step.containers.map((container) => stopContainer(pod, container, step, context)));
}

async function stopContainer(
  pod: Pod | undefined,
  container: PodContainer,
  step: Step<"stop">,
  context: AgentContext,
): Promise<void> {
  const { runtime, clock, events } = context;
  if (pod !== undefined)
    events.record(pod, "Normal", "Killing", stopMessages[step.why](container.name), container.name);
  const deadlineMs = clock.monotonicMs() + step.graceSeconds * 1000;
  const spec = [...(pod?.spec.containers ?? []), ...(pod?.spec.initContainers ?? [])].find(
    ({ name }) => name === container.name,
  );
  const hook = spec?.lifecycle?.preStop;
  if (pod !== undefined && spec !== undefined && hook !== undefined && step.graceSeconds > 0) {
    const target = { container: spec, containerId: container.id, address: podPlace(pod, context).podAddress };
    if (hook.sleep !== undefined) await delay(clock, Math.min(hook.sleep.seconds, step.graceSeconds) * 1000);
    else await runProbeAction(hook, target, runtime, step.graceSeconds * 1000);
  }
  await runtime.stop(container.id, Math.max(0, (deadlineMs - clock.monotonicMs()) / 1000));
}

const stopMessages: Readonly<Record<Step<"stop">["why"], (name: string) => string>> = {
  deleted: (name) => `Stopping container ${name}`,
  unhealthy: (name) => `Container ${name} failed its probe and will be restarted`,
  imageChanged: (name) => `Container ${name} has a new image and will be restarted`,
  sandboxLost: (name) => `The pod's sandbox has ended; stopping container ${name}`,
  podFinished: (name) => `The pod has finished; stopping container ${name}`,
};

export async function removeContainers(containers: readonly PodContainer[], context: AgentContext): Promise<void> {
  for (const { id } of containers) await context.runtime.remove(id);
}

/** `isLast`: no other sandbox of the pod has its address. */
export async function removeSandboxes(
  uid: string,
  sandboxes: readonly PodContainer[],
  isLast: boolean,
  context: AgentContext,
): Promise<void> {
  if (isLast) await context.network.detach(uid);
  await removeContainers(sandboxes, context);
}

export async function removeFiles(uid: string, context: AgentContext): Promise<void> {
  const directory = podDirectory(uid, context);
  await context.mounts.unmountBelow(directory);
  await removePlaces(directory);
  await rm(directory, { recursive: true, force: true });
}

async function reasoned<T>(reason: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (thrown) {
    if (thrown instanceof RuntimeUnavailableError) throw thrown;
    throw new StepError(reason, messageOf(thrown), { cause: thrown });
  }
}

async function writeIfChanged(path: string, text: string): Promise<void> {
  if ((await readFile(path, "utf8").catch(() => undefined)) === text) return;
  await writeFile(path, text);
  await chmod(path, 0o644);
}
