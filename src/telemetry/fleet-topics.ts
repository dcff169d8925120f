/** What each topic of the fleet says now, from informers and from what boards said. */

import { deploymentResource } from "../api/kinds/apps/deployment.ts";
import { statefulSetResource } from "../api/kinds/apps/stateful-set.ts";
import { jobResource } from "../api/kinds/batch/job.ts";
import { daemonSetResource } from "../api/kinds/daemon-set.ts";
import { type Node, nodeResource } from "../api/kinds/node.ts";
import { persistentVolumeResource } from "../api/kinds/persistent-volume.ts";
import { persistentVolumeClaimResource } from "../api/kinds/persistent-volume-claim.ts";
import { type Pod, podResource } from "../api/kinds/pod.ts";
import { controllerOf } from "../api/meta/owner.ts";
import { type TelemetryTopic, telemetryTopic } from "../api/telemetry/topics.ts";
import type { WorkloadTelemetry } from "../api/telemetry/workload-telemetry.ts";
import type { Informer } from "../client/informer.ts";
import { objectKey } from "../client/object-cache.ts";
import type { SharedInformers } from "../client/shared-informers.ts";
import type { WorkloadState } from "./attention/workload-troubles.ts";
import type { BoardWords } from "./availability/board-words.ts";
import { claimTelemetry } from "./topics/claim.ts";
import { daemonSetTelemetry } from "./topics/daemon-set.ts";
import { fleetSummary } from "./topics/fleet-summary.ts";
import type { FleetView } from "./topics/fleet-view.ts";
import { nodeStatus } from "./topics/node-status.ts";
import { podTelemetry } from "./topics/pod.ts";
import { deploymentTelemetry, jobTelemetry, statefulSetTelemetry } from "./topics/workload.ts";

const byController = (pod: Pod): readonly string[] => {
  const uid = controllerOf(pod)?.uid;
  return uid === undefined ? [] : [uid];
};

export type FleetFacts = Pick<FleetView, "leadership" | "voters">;

export interface FleetTopicsOptions {
  readonly fleet: string;
  readonly version: string;
  readonly informers: SharedInformers;
  readonly facts: () => FleetFacts;
}

export class FleetTopics {
  readonly informers;
  readonly #options: FleetTopicsOptions;
  readonly #podsOf;
  readonly #words: () => BoardWords;

  /** `words` is asked once topics are. */
  constructor(options: FleetTopicsOptions, words: () => BoardWords) {
    const { informers } = options;
    this.#options = options;
    this.#words = words;
    this.informers = {
      nodes: informers.for(nodeResource),
      pods: informers.for(podResource),
      claims: informers.for(persistentVolumeClaimResource),
      volumes: informers.for(persistentVolumeResource),
      daemonsets: informers.for(daemonSetResource),
      deployments: informers.for(deploymentResource),
      statefulsets: informers.for(statefulSetResource),
      jobs: informers.for(jobResource),
    };
    this.#podsOf = this.informers.pods.cache.indexBy(byController);
  }

  view(): FleetView {
    const words = this.#words();
    return {
      name: this.#options.fleet,
      version: this.#options.version,
      ...this.#options.facts(),
      nodes: Array.from(this.informers.nodes.cache.values()),
      presence: (node) => words.presence(node),
    };
  }

  /** Every topic that there is something to say on. */
  *all(): Iterable<TelemetryTopic> {
    yield { about: "fleet" };
    for (const { metadata } of this.informers.nodes.cache.values()) yield* nodeTopics(metadata.name);
    for (const { metadata } of this.informers.pods.cache.values()) yield { about: "pod", ...place(metadata) };
    for (const { metadata } of this.informers.claims.cache.values()) yield { about: "claim", ...place(metadata) };
    for (const resource of workloads) {
      const { cache }: Informer<{ metadata: { name: string; namespace?: string | undefined } }> =
        this.informers[resource];
      for (const { metadata } of cache.values()) yield { about: "workload", resource, ...place(metadata) };
    }
  }

  name(topic: TelemetryTopic): string {
    return telemetryTopic(this.#options.fleet, topic);
  }

  /** What the topic says now; undefined where there is nothing, or no longer. */
  payload(topic: TelemetryTopic, view: FleetView): string | undefined {
    const { informers } = this;
    switch (topic.about) {
      case "fleet":
        return JSON.stringify(fleetSummary(view, informers.pods.cache.values()));
      case "node":
        return this.#nodePayload(topic.node, topic.what, view);
      case "pod": {
        const pod = informers.pods.cache.get(objectKey({ metadata: topic }));
        return pod && JSON.stringify(podTelemetry(pod));
      }
      case "claim": {
        const claim = informers.claims.cache.get(objectKey({ metadata: topic }));
        return claim && JSON.stringify(claimTelemetry(claim, informers.volumes.cache.get(claim.spec.volumeName ?? "")));
      }
      case "workload": {
        const said = this.#workload(topic.resource, objectKey({ metadata: topic }), view);
        return said && JSON.stringify(said);
      }
      case "event":
      case "attention":
        return undefined;
    }
  }

  /** Every workload with what is said of it. */
  *workloads(view: FleetView): Iterable<WorkloadState & { readonly said: WorkloadTelemetry }> {
    for (const resource of workloads) {
      const { cache }: Informer<ConditionedWorkload> = this.informers[resource];
      for (const { kind, metadata, status } of cache.values()) {
        const said = this.#workload(resource, objectKey({ metadata }), view);
        const state = { resource, kind, ...place(metadata), conditions: status.conditions ?? [] };
        if (said !== undefined) yield { ...state, said };
      }
    }
  }

  #nodePayload(name: string, what: "availability" | "status" | "metrics" | "mesh", view: FleetView) {
    const node = this.informers.nodes.cache.get(name);
    if (node === undefined) return undefined;
    if (what === "availability") return view.presence(name).state;
    if (what === "status") return JSON.stringify(nodeStatus(node, view));
    const measured = this.#words().telemetry(name)?.[what];
    return measured && JSON.stringify(measured);
  }

  #workload(resource: string, key: string, view: FleetView) {
    const { daemonsets, deployments, statefulsets, jobs } = this.informers;
    switch (resource) {
      case "daemonsets": {
        const set = daemonsets.cache.get(key);
        const isAway = ({ metadata }: Node) => view.presence(metadata.name).state === "offline";
        return set && daemonSetTelemetry(set, view.nodes, this.#podsOf.get(set.metadata.uid ?? ""), isAway);
      }
      case "deployments": {
        const deployment = deployments.cache.get(key);
        return deployment && deploymentTelemetry(deployment);
      }
      case "statefulsets": {
        const set = statefulsets.cache.get(key);
        return set && statefulSetTelemetry(set);
      }
      case "jobs": {
        const job = jobs.cache.get(key);
        return job && jobTelemetry(job);
      }
      default:
        return undefined;
    }
  }
}

interface ConditionedWorkload {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string | undefined };
  readonly status: { readonly conditions?: WorkloadState["conditions"] | undefined };
}

export const workloads = ["daemonsets", "deployments", "statefulsets", "jobs"] as const;

export function nodeTopics(node: string): TelemetryTopic[] {
  return (["availability", "status", "metrics", "mesh"] as const).map((what) => ({ about: "node", node, what }));
}

export function place({ name, namespace = "" }: { readonly name: string; readonly namespace?: string | undefined }) {
  return { namespace, name };
}
