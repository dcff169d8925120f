/** Brings one pod to what the slice says, step by step, and reports what became of it. */
import type { Pod } from "../../api/kinds/pod.ts";
import { messageOf } from "../../lib/errors.ts";
import type { AgentContext } from "../agent-context.ts";
import { RuntimeUnavailableError } from "../ports.ts";
import { PodProbes } from "../probes/pod-probes.ts";
import { runProbeAction } from "../probes/probe-action.ts";
import { label, type ObservedPod, observePod } from "./observed-pod.ts";
import { type PodPlan, type PodStep, type PodView, planPod } from "./plan.ts";
import { PodReporter } from "./pod-reporter.ts";
import {
  attachNetwork,
  createSandbox,
  prepareFiles,
  removeContainers,
  removeFiles,
  removeSandboxes,
  startContainer,
  stopContainers,
} from "./pod-steps.ts";
import { sliceFingerprint } from "./references.ts";
import { eventReason, isTeardown, stepProblem } from "./step-failure.ts";
import { StepRetries } from "./step-retries.ts";

/** Far more than any pod needs: a plan that never settles is a bug that must not burn the board's processor. */
const stepsPerWakeMax = 200;
const bluntRetryMs = 1_000;

export class PodWorker {
  readonly uid: string;
  readonly #context: AgentContext;
  readonly #retries: StepRetries;
  readonly #probes: PodProbes;
  readonly #reporter: PodReporter;
  /** The pod as it was last in the slice, for its hooks and events once it is no longer. */
  #lastPod: Pod | undefined;
  #observedName: { readonly namespace: string; readonly name: string } = { namespace: "", name: "" };
  #isWaitingForName = false;
  #filesReady = false;
  #filesGone = false;
  #attachedSandbox: string | undefined;
  #sandboxes = 0;
  #fingerprint: string | undefined;
  #isStale = false;
  #isDirty = false;
  #running: Promise<void> | undefined;
  #isGone = false;
  #isEnded = false;
  #cancelTimer = () => {};
  #cancelRenewal = () => {};
  #pull = new AbortController();

  /** `observed`: what the engine showed of the pod, where the slice no longer names it. */
  constructor(uid: string, context: AgentContext, observed?: { readonly namespace: string; readonly name: string }) {
    this.uid = uid;
    if (observed !== undefined) this.#observedName = observed;
    this.#context = context;
    this.#retries = new StepRetries(context.random);
    this.#reporter = new PodReporter(context);
    this.#probes = new PodProbes({
      clock: context.clock,
      ask: (action, container, containerId, timeoutMs) => {
        const hostAddress = context.board().hostAddress;
        const address = this.#lastPod?.spec.hostNetwork === true ? hostAddress : context.addresses.addressOf(uid);
        return runProbeAction(action, { container, containerId, address }, context.runtime, timeoutMs);
      },
      onChange: () => this.wake(),
      onFailure: (container, kind, message) =>
        this.#event("Warning", "Unhealthy", `${kind} probe failed: ${message}`, container),
    });
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** The pod as the slice has it now. */
  get pod(): Pod | undefined {
    return this.#context.slice().pods.get(this.uid);
  }

  get namespace(): string {
    return this.#lastPod?.metadata.namespace ?? this.#observedName.namespace;
  }

  get name(): string {
    return this.#lastPod?.metadata.name ?? this.#observedName.name;
  }

  /** The slice has not named the pod since this worker began. */
  get isStranger(): boolean {
    return this.#lastPod === undefined && this.pod === undefined;
  }

  /** An older pod of the same name was still ending when this one was last planned. */
  get isWaitingForName(): boolean {
    return this.#isWaitingForName;
  }

  get isEnding(): boolean {
    return isEnding(this.pod);
  }

  /** The slice has changed; wakes only where it matters to this pod. */
  sliceChanged(): void {
    const { slice, node } = this.#context;
    const fingerprint = sliceFingerprint(this.pod, slice(), node);
    if (fingerprint === this.#fingerprint) return;
    this.#isStale = this.#fingerprint !== undefined;
    this.#fingerprint = fingerprint;
    this.#retries.sliceChanged();
    if (this.isEnding) this.#pull.abort(new Error("the pod is being deleted"));
    this.wake();
  }

  /** Something may have changed: the pod is compared and planned again. */
  wake(): void {
    this.#isDirty = true;
    if (this.#running !== undefined || this.#isEnded || this.#isGone) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
      if (this.#isDirty) this.wake();
    });
  }

  /** Leaves the pod as it is. Resolves when the step under way is done. */
  async end(): Promise<void> {
    this.#isEnded = true;
    this.#cancelTimer();
    this.#cancelRenewal();
    this.#probes.stop();
    this.#pull.abort(new Error("the agent is stopping"));
    await this.#running;
  }

  async #run(): Promise<void> {
    this.#cancelTimer();
    try {
      for (let steps = 0; steps < stepsPerWakeMax && !this.#isEnded && !this.#isGone; steps += 1) {
        this.#isDirty = false;
        if (!(await this.#advance())) return;
      }
      this.#wakeAfter(bluntRetryMs);
    } catch (thrown) {
      // Nothing can be done, and nothing is lost, until the engine answers: then every pod is woken.
      if (thrown instanceof RuntimeUnavailableError) return;
      this.#context.log.warn("pod cannot be brought on", { pod: this.uid, error: messageOf(thrown) });
      this.#wakeAfter(bluntRetryMs);
    }
  }

  /** One comparison and one step. False when there is nothing more to do for now. */
  async #advance(): Promise<boolean> {
    const { runtime, clock, addresses } = this.#context;
    const observed = observePod(this.uid, await runtime.list(`${label.uid}=${this.uid}`));
    addresses.note(observed);
    const { pod } = this;
    if (pod !== undefined) this.#lastPod = pod;
    this.#probes.update(pod, observed);
    const plan = planPod(this.#view(pod, observed));
    if (pod !== undefined && isWorthReporting(plan, observed)) {
      const { starting, unready } = this.#probes;
      this.#reporter.report(pod, { observed, starting, unready, problems: this.#retries.problems });
    }
    if (plan.type === "gone") {
      this.#finish(pod);
      return false;
    }
    if (plan.type !== "wait") return this.#tryStep(plan, pod, observed);
    await this.#refreshFiles(pod);
    this.#renewLater();
    if (plan.untilMs !== undefined) this.#wakeAfter(plan.untilMs - clock.nowMs());
    return this.#isDirty;
  }

  #view(pod: Pod | undefined, observed: ObservedPod): PodView {
    const { clock, isNameTaken } = this.#context;
    const { namespace = "", name = "" } = pod?.metadata ?? {};
    this.#isWaitingForName = pod !== undefined && isNameTaken(this.uid, namespace, name);
    return {
      pod,
      observed,
      nowMs: clock.nowMs(),
      memory: {
        filesReady: this.#filesReady,
        filesGone: this.#filesGone,
        attachedSandbox: this.#attachedSandbox,
        unhealthy: this.#probes.unhealthy,
        starting: this.#probes.starting,
        retryAtMs: this.#retries.retryAtMs,
        nameTaken: this.#isWaitingForName,
      },
    };
  }

  async #tryStep(step: PodStep, pod: Pod | undefined, observed: ObservedPod): Promise<boolean> {
    const name = step.type === "startContainer" ? step.container.name : "";
    try {
      await this.#take(step, pod, observed);
      this.#retries.succeeded(name);
      return true;
    } catch (thrown) {
      if (thrown instanceof RuntimeUnavailableError) throw thrown;
      // A deletion cut the step short; the plan goes on from there.
      if (this.isEnding && this.#pull.signal.aborted) {
        this.#pull = new AbortController();
        return true;
      }
      const problem = stepProblem(step, thrown);
      this.#retries.failed(name, problem, this.#context.clock.nowMs());
      this.#event("Warning", eventReason(problem), problem.message, name);
      if (!isTeardown(step)) return true;
      this.#wakeAfter(bluntRetryMs);
      return false;
    }
  }

  async #take(step: PodStep, pod: Pod | undefined, observed: ObservedPod): Promise<void> {
    const context = this.#context;
    switch (step.type) {
      case "stop":
        return stopContainers(pod ?? this.#lastPod, step, context);
      case "remove":
        return removeContainers(step.containers, context);
      case "removeSandbox": {
        const isLast = step.sandboxes.length === observed.sandboxes.length;
        if (isLast) this.#attachedSandbox = undefined;
        return removeSandboxes(this.uid, step.sandboxes, isLast, context);
      }
      case "removeFiles":
        await removeFiles(this.uid, context);
        this.#filesGone = true;
        return;
      default:
        if (pod !== undefined) return this.#build(step, pod);
    }
  }

  async #build(
    step: Exclude<PodStep, { type: "stop" | "remove" | "removeSandbox" | "removeFiles" }>,
    pod: Pod,
  ): Promise<void> {
    const context = this.#context;
    switch (step.type) {
      case "prepareFiles":
        await prepareFiles(pod, context);
        this.#filesReady = true;
        return;
      case "createSandbox":
        await createSandbox(pod, this.#sandboxes, context);
        this.#sandboxes += 1;
        return;
      case "attachNetwork":
        await attachNetwork(pod, step.sandbox, context);
        this.#attachedSandbox = step.sandbox.id;
        return;
      case "startContainer":
        return startContainer(pod, step, context, this.#pull.signal);
    }
  }

  /** ConfigMaps, Secrets and tokens that changed under a running pod; what is missing now stays as it was. */
  async #refreshFiles(pod: Pod | undefined): Promise<void> {
    if (!this.#filesReady || pod === undefined || isEnding(pod)) return;
    if (!this.#isStale && !this.#context.tokens.isRenewalDue(this.uid)) return;
    this.#isStale = false;
    try {
      await prepareFiles(pod, this.#context);
    } catch (thrown) {
      this.#event("Warning", "FailedMount", messageOf(thrown));
    }
  }

  #finish(pod: Pod | undefined): void {
    const { addresses, tokens, events, report, onPodGone } = this.#context;
    this.#isGone = true;
    this.#probes.stop();
    addresses.release(this.uid);
    tokens.forget(this.uid);
    this.#cancelRenewal();
    events.forget(this.uid);
    if (pod !== undefined) {
      const { namespace = "default", name } = pod.metadata;
      report({ type: "podGone", namespace, name, uid: this.uid });
    }
    onPodGone(this.uid);
  }

  #event(type: "Normal" | "Warning", reason: string, message: string, container = ""): void {
    if (this.#lastPod !== undefined) this.#context.events.record(this.#lastPod, type, reason, message, container);
  }

  #renewLater(): void {
    const { tokens, clock } = this.#context;
    this.#cancelRenewal();
    const delayMs = tokens.renewalDelayMs(this.uid);
    if (delayMs !== undefined && !this.#isEnded) this.#cancelRenewal = clock.after(delayMs, () => this.wake());
  }

  #wakeAfter(delayMs: number): void {
    this.#cancelTimer();
    if (!this.#isEnded) this.#cancelTimer = this.#context.clock.after(Math.max(0, delayMs), () => this.wake());
  }
}

function isEnding(pod: Pod | undefined): boolean {
  return pod === undefined || pod.metadata.deletionTimestamp !== undefined;
}

/** Between the first sight of a pod and its first container there is nothing that a person would want to know. */
function isWorthReporting(plan: PodPlan, observed: ObservedPod): boolean {
  if (plan.type === "createSandbox" || plan.type === "attachNetwork") return false;
  return plan.type !== "startContainer" || observed.containers.length > 0;
}
