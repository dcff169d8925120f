/** Reports a pod's status when it has changed, and only then. */
import type { Pod } from "../../api/kinds/pod.ts";
import type { PodStatus } from "../../api/kinds/pod-status.ts";
import { sameJson } from "../../lib/same-json.ts";
import type { AgentContext } from "../agent-context.ts";
import type { ContainerFacts } from "./container-status.ts";
import { podStatus } from "./status.ts";

export class PodReporter {
  readonly #context: AgentContext;
  readonly #firstSeenMs: number;
  #last: PodStatus | undefined;

  constructor(context: AgentContext) {
    this.#context = context;
    this.#firstSeenMs = context.clock.nowMs();
  }

  report(pod: Pod, found: Omit<ContainerFacts, "nowMs">): void {
    const { board, clock, report } = this.#context;
    const { hostAddress } = board();
    const { sandboxes } = found.observed;
    const live = sandboxes.find(({ state }) => state === "running");
    const facts = {
      ...found,
      hostAddress,
      podAddress: pod.spec.hostNetwork === true ? hostAddress : live?.address,
      firstSeenMs: Math.min(this.#firstSeenMs, ...sandboxes.map(({ createdAtMs }) => createdAtMs)),
      nowMs: clock.nowMs(),
    };
    const before = this.#last ?? pod.status;
    const status = podStatus(pod, facts, withForeignConditions(before, pod.status));
    if (sameJson(status, before)) return;
    this.#last = status;
    this.#recordBackOffs(pod, status, before);
    const { namespace = "default", name, uid = "" } = pod.metadata;
    report({ type: "podStatus", namespace, name, uid, status });
  }

  /** Once for each time that a container begins to wait. */
  #recordBackOffs(pod: Pod, status: PodStatus, before: PodStatus): void {
    for (const { name, state, restartCount } of all(status)) {
      if (state.waiting?.reason !== "CrashLoopBackOff") continue;
      const earlier = all(before).find((one) => one.name === name);
      if (earlier?.state.waiting?.reason === "CrashLoopBackOff" && earlier.restartCount === restartCount) continue;
      this.#context.events.record(pod, "Warning", "BackOff", "Back-off restarting failed container", name);
    }
  }
}

function all({ initContainerStatuses = [], containerStatuses = [] }: PodStatus) {
  return [...initContainerStatuses, ...containerStatuses];
}

const ownConditions = new Set(["Initialized", "ContainersReady", "Ready"]);

/** Conditions that others wrote (PodScheduled, readiness gates) are passed on as they are. */
function withForeignConditions(own: PodStatus, recorded: PodStatus): PodStatus {
  const kept = (own.conditions ?? []).filter(({ type }) => ownConditions.has(type));
  const foreign = (recorded.conditions ?? []).filter(({ type }) => !ownConditions.has(type));
  const scheduled = foreign.some(({ type }) => type === "PodScheduled")
    ? []
    : (own.conditions ?? []).filter(({ type }) => type === "PodScheduled");
  return { ...own, conditions: [...scheduled, ...foreign, ...kept] };
}
