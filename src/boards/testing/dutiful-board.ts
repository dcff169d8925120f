/** A board whose agent does at once what its slice says: the real session, without an engine behind it. */
import { AgentSession } from "../../agent/link/agent-session.ts";
import { SliceHolder } from "../../agent/link/slice-holder.ts";
import type { SliceObject } from "../../api/board-link.ts";
import type { Surroundings } from "../../client/controller.ts";
import { BoardCable } from "./board-cable.ts";

export class DutifulBoard {
  readonly cable: BoardCable;
  readonly #session: AgentSession;
  readonly #holder: SliceHolder;
  readonly #running = new Map<string, SliceObject>();
  /** Uids of pods in the order in which they were started. */
  readonly started: string[] = [];
  /** While false, pods run but do not become ready. */
  healthy = true;

  constructor(name: string, surroundings: Surroundings) {
    this.cable = new BoardCable(name);
    this.#holder = new SliceHolder({
      load: async () => undefined,
      replace: async () => {},
      change: async () => {},
    });
    this.#session = new AgentSession({
      link: this.cable,
      slice: this.#holder,
      version: "test",
      ...surroundings,
      onSlice: () => this.#act(),
    });
    this.reportNode();
  }

  get slice(): ReadonlyMap<string, SliceObject> {
    return this.#holder.objects;
  }

  reportNode(labels: Readonly<Record<string, string>> = {}): void {
    const { node } = this.cable;
    this.#session.report({
      type: "node",
      node: {
        apiVersion: "v1",
        kind: "Node",
        metadata: { name: node, labels: { "kubernetes.io/hostname": node, ...labels } },
        status: {
          capacity: { cpu: "4", memory: "1Gi", pods: "110" },
          allocatable: { cpu: "4", memory: "1Gi", pods: "110" },
          conditions: [{ type: "Ready", status: "True", reason: "AgentReady" }],
          addresses: [{ type: "InternalIP", address: `10.99.0.${node.slice(1)}` }],
        },
      },
    });
  }

  #act(): void {
    const wanted = new Map<string, SliceObject>();
    for (const object of this.slice.values()) {
      const { uid, deletionTimestamp, name, namespace = "" } = object.metadata;
      if (typeof uid !== "string") continue;
      if (object.kind === "Pod" && deletionTimestamp === undefined) wanted.set(uid, object);
      if (object.kind === "Pod" && deletionTimestamp !== undefined)
        this.#session.report({ type: "podGone", namespace, name, uid });
      if (object.kind === "PersistentVolume" && deletionTimestamp !== undefined)
        this.#session.report({ type: "volumeGone", name, uid });
    }
    for (const uid of this.#running.keys()) if (!wanted.has(uid)) this.#running.delete(uid);
    for (const [uid, pod] of wanted) {
      if (this.#running.has(uid)) continue;
      this.#running.set(uid, pod);
      this.started.push(uid);
      this.#reportStatus(pod, uid);
    }
  }

  #reportStatus({ metadata: { name, namespace = "" } }: SliceObject, uid: string): void {
    const status = this.healthy ? "True" : "False";
    const lastTransitionTime = "2026-01-01T00:00:00Z";
    const conditions = ["ContainersReady", "Ready"].map((type) => ({ type, status, lastTransitionTime }));
    this.#session.report({ type: "podStatus", namespace, name, uid, status: { phase: "Running", conditions } });
  }
}
