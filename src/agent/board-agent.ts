/** The agent of one board: a worker for each pod that the slice names or the engine still has, and the board's Node. */
import type { SliceObject } from "../api/board-link.ts";
import { sameJson } from "../lib/same-json.ts";
import type { AgentContext } from "./agent-context.ts";
import type { SliceHolder } from "./link/slice-holder.ts";
import { type BoardNode, boardNode } from "./node/board-node.ts";
import { type ObservedPod, observePods } from "./pod/observed-pod.ts";
import { PodWorker } from "./pod/pod-worker.ts";
import type { BoardFacts, RuntimeContainer } from "./ports.ts";
import { type SliceView, viewSlice } from "./slice/slice-view.ts";
import { VolumeReclaimer } from "./volumes/reclaim.ts";

/** A net below the engine's events, not the way things are noticed. */
const resyncMs = 300_000;

export interface BoardAgentOptions {
  readonly slice: SliceHolder;
  readonly facts: BoardFacts;
  readonly address: string | undefined;
  readonly version: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly firstLabels: Readonly<Record<string, string>> | undefined;
  readonly clusterDns: string | undefined;
  readonly clusterDomain: string;
  readonly onSlice: ((objects: readonly SliceObject[]) => void) | undefined;
  /** The uids of pods that had files on the board when the agent started. */
  readonly uidsWithFiles: readonly string[];
}

export class BoardAgent {
  readonly #options: BoardAgentOptions;
  readonly #context: AgentContext;
  readonly #reclaimer: VolumeReclaimer;
  readonly #workers = new Map<string, PodWorker>();
  #view: SliceView;
  #node: BoardNode | undefined;
  #engine: string | undefined;
  #engineAnswers = true;
  #adopted = false;
  /** What the engine had when it was adopted, until each pod of it has a worker. */
  #found: ReadonlyMap<string, ObservedPod> = new Map();
  #uidsWithFiles: readonly string[];
  #ended = false;
  #cancelResync = () => {};

  constructor(options: BoardAgentOptions, shared: Omit<AgentContext, "slice" | "board" | "isNameTaken" | "onPodGone">) {
    this.#options = options;
    this.#uidsWithFiles = options.uidsWithFiles;
    this.#view = this.#readSlice(shared);
    this.#context = {
      ...shared,
      slice: () => this.#view,
      board: () => ({
        hostAddress: options.address,
        allocatable: this.#node?.status.allocatable ?? {},
        clusterDns: options.clusterDns,
        clusterDomain: options.clusterDomain,
        boardResolvConf: options.facts.resolvConf,
      }),
      isNameTaken: (uid, namespace, name) => this.#isNameTaken(uid, namespace, name),
      onPodGone: (uid) => this.#onPodGone(uid),
    };
    this.#reclaimer = new VolumeReclaimer(this.#context);
  }

  #readSlice({ log, node }: Pick<AgentContext, "log" | "node">): SliceView {
    return viewSlice(this.#options.slice.objects, node, (key, error) =>
      log.error("the slice holds an object that cannot be read", { object: key, error: error.message }),
    );
  }

  get slice(): SliceView {
    return this.#view;
  }

  /** The slice was loaded or has changed. */
  sliceChanged(): void {
    if (this.#ended) return;
    this.#view = this.#readSlice(this.#context);
    if (this.#options.slice.known) this.#options.onSlice?.([...this.#options.slice.objects.values()]);
    // A Node that a person deleted comes back with its board.
    const isRegistered = this.#view.node(this.#context.node) !== undefined;
    if (this.#options.slice.known && !isRegistered) this.#node = undefined;
    this.#reportNode();
    if (!this.#adopted) return;
    this.#ensureWorkers();
    for (const [uid, worker] of this.#workers) {
      if (worker.isGone && !this.#view.pods.has(uid)) this.#workers.delete(uid);
      else worker.sliceChanged();
    }
    this.#reclaimVolumes();
  }

  /** The engine answers and has these containers of ours: what runs is adopted as it is. */
  engineReady(engine: string, containers: readonly RuntimeContainer[]): void {
    if (this.#ended) return;
    this.#adopted = true;
    this.#engine = engine;
    this.#engineAnswers = true;
    this.#reportNode();
    this.#found = observePods(containers);
    for (const pod of this.#found.values()) this.#context.addresses.note(pod);
    this.#ensureWorkers();
    this.#wakeAll();
    this.#reclaimVolumes();
    this.#resyncLater();
  }

  engineDown(): void {
    this.#engineAnswers = false;
    this.#reportNode();
  }

  /** Pods whose tokens are owed ask again. */
  voterIsBack(): void {
    const { tokens } = this.#context;
    tokens.voterIsBack();
    for (const [uid, worker] of this.#workers) if (tokens.isRenewalDue(uid)) worker.wake();
  }

  containerChanged(podUid: string): void {
    this.#workers.get(podUid)?.wake();
  }

  /** Leaves everything running. Resolves when no step is under way any more. */
  async end(): Promise<void> {
    this.#ended = true;
    this.#cancelResync();
    await Promise.all(Array.from(this.#workers.values(), (worker) => worker.end()));
    await this.#reclaimer.settled();
  }

  #ensureWorkers(): void {
    // Without a slice, nobody has said what may be removed.
    if (this.#options.slice.known) {
      for (const pod of this.#found.values()) this.#ensureWorker(pod.uid, pod);
      this.#found = new Map();
      // The power may fail between a pod's last container and its files, and the slice forget it before they are gone.
      for (const uid of this.#uidsWithFiles) this.#ensureWorker(uid);
      this.#uidsWithFiles = [];
    }
    for (const uid of this.#view.pods.keys()) this.#ensureWorker(uid);
  }

  #ensureWorker(uid: string, observed?: ObservedPod): void {
    if (this.#workers.has(uid)) return;
    const worker = new PodWorker(uid, this.#context, observed);
    this.#workers.set(uid, worker);
    worker.sliceChanged();
  }

  #wakeAll(): void {
    for (const worker of this.#workers.values()) worker.wake();
  }

  #resyncLater(): void {
    this.#cancelResync();
    this.#cancelResync = this.#context.clock.after(resyncMs, () => {
      this.#wakeAll();
      this.#resyncLater();
    });
  }

  #isNameTaken(uid: string, namespace: string, name: string): boolean {
    for (const worker of this.#workers.values()) {
      if (worker.uid === uid || worker.isGone || !worker.isEnding) continue;
      if (worker.namespace === namespace && worker.name === name) return true;
    }
    return false;
  }

  #onPodGone(uid: string): void {
    if (!this.#view.pods.has(uid)) this.#workers.delete(uid);
    this.#reclaimer.podGone(uid);
    for (const worker of this.#workers.values()) if (worker.isWaitingForName) worker.wake();
    this.#reclaimVolumes();
  }

  #reclaimVolumes(): void {
    if (!this.#options.slice.known || !this.#adopted) return;
    for (const [uid, pod] of this.#view.pods) {
      if (this.#workers.get(uid)?.isGone !== true) this.#reclaimer.note(pod, this.#view);
    }
    // A pod that this process never saw in the slice may use any volume.
    const isClear = [...this.#workers.values()].every(({ isGone, isStranger }) => isGone || !isStranger);
    if (isClear) this.#reclaimer.check(this.#view);
  }

  #reportNode(): void {
    const { facts, address, version, annotations, firstLabels } = this.#options;
    const { node, clock, report } = this.#context;
    const state = {
      node,
      facts,
      address,
      version,
      annotations,
      engine: this.#engine,
      engineAnswers: this.#engineAnswers,
    };
    const recorded = this.#node?.status.conditions ?? this.#view.node(node)?.status.conditions ?? [];
    const next = boardNode(state, recorded, clock.nowMs());
    if (this.#engine === undefined || sameJson(next, this.#node)) return;
    this.#node = next;
    report({ type: "node", node: { ...next }, ...(firstLabels !== undefined && { firstLabels }) });
  }
}
