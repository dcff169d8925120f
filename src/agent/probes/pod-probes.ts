/** The startup, liveness and readiness probes of one pod's running containers, and what they have found. */
import type { Container } from "../../api/kinds/container.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { Clock } from "../../lib/clock.ts";
import type { ObservedPod, PodContainer } from "../pod/observed-pod.ts";
import type { ProbeAction } from "./probe-action.ts";
import { type ProbeOutcome, startProbeLoop } from "./probe-loop.ts";

export interface PodProbesOptions {
  readonly clock: Clock;
  readonly ask: (
    action: ProbeAction,
    container: Container,
    containerId: string,
    timeoutMs: number,
  ) => Promise<ProbeOutcome>;
  /** A verdict has changed: the pod wants to be planned again. */
  readonly onChange: () => void;
  readonly onFailure: (container: string, kind: ProbeKind, message: string) => void;
}

export type ProbeKind = "Startup" | "Liveness" | "Readiness";

export class PodProbes {
  readonly #options: PodProbesOptions;
  readonly #ends = new Map<string, (() => void)[]>();
  /** Containers whose startup probe has yet to succeed. */
  readonly starting = new Set<string>();
  /** Containers whose readiness probe does not succeed. */
  readonly unready = new Set<string>();
  /** Containers whose liveness or startup probe has failed. */
  readonly unhealthy = new Set<string>();

  constructor(options: PodProbesOptions) {
    this.#options = options;
  }

  /** Probes the containers that run now, and forgets the others. */
  update(pod: Pod | undefined, observed: ObservedPod): void {
    const running = new Map<string, [PodContainer, Container]>();
    for (const container of observed.containers) {
      const wanted = container.role === "init" ? pod?.spec.initContainers : pod?.spec.containers;
      const spec = wanted?.find(({ name }) => name === container.name);
      if (container.state === "running" && spec !== undefined) running.set(container.id, [container, spec]);
    }
    for (const id of [...this.#ends.keys()]) if (!running.has(id)) this.#forget(id);
    for (const [id, [container, spec]] of running) {
      if (!this.#ends.has(id)) this.#watch(container, spec, reportedReady(pod, id));
    }
  }

  stop(): void {
    for (const id of [...this.#ends.keys()]) this.#forget(id);
  }

  #watch(container: PodContainer, spec: Container, wasReady: boolean): void {
    const { id } = container;
    this.#ends.set(id, []);
    // After a restart of the agent, a container that was ready stays so until a probe says otherwise.
    if (spec.readinessProbe !== undefined && !wasReady) this.unready.add(id);
    if (spec.startupProbe === undefined || wasReady) {
      this.#watchStarted(container, spec);
      return;
    }
    this.starting.add(id);
    this.#loop(container, spec, "Startup", (ok, end) => {
      end();
      if (ok) {
        this.starting.delete(id);
        this.#watchStarted(container, spec);
      } else this.unhealthy.add(id);
    });
  }

  #watchStarted(container: PodContainer, spec: Container): void {
    const { id } = container;
    this.#loop(container, spec, "Liveness", (ok) => {
      if (!ok) this.unhealthy.add(id);
    });
    this.#loop(container, spec, "Readiness", (ok) => {
      if (ok) this.unready.delete(id);
      else this.unready.add(id);
    });
  }

  #loop(
    container: PodContainer,
    spec: Container,
    kind: ProbeKind,
    conclude: (ok: boolean, end: () => void) => void,
  ): void {
    const probe = { Startup: spec.startupProbe, Liveness: spec.livenessProbe, Readiness: spec.readinessProbe }[kind];
    if (probe === undefined) return;
    const { clock, ask, onChange, onFailure } = this.#options;
    const end = startProbeLoop({
      probe,
      clock,
      ranMs: Math.max(0, clock.nowMs() - (container.startedAtMs ?? clock.nowMs())),
      ask: (timeoutMs) => ask(probe, spec, container.id, timeoutMs),
      onFailure: (message) => onFailure(spec.name, kind, message),
      onVerdict: (ok) => {
        conclude(ok, end);
        onChange();
      },
    });
    this.#ends.get(container.id)?.push(end);
  }

  #forget(id: string): void {
    for (const end of this.#ends.get(id) ?? []) end();
    this.#ends.delete(id);
    for (const set of [this.starting, this.unready, this.unhealthy]) set.delete(id);
  }
}

function reportedReady(pod: Pod | undefined, id: string): boolean {
  const { initContainerStatuses = [], containerStatuses = [] } = pod?.status ?? {};
  return [...initContainerStatuses, ...containerStatuses].some(
    ({ containerID, ready }) => ready && containerID === `docker://${id}`,
  );
}
