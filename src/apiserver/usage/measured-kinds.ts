/**
 * `metrics.k8s.io`: what boards and pods use. Nothing of it is stored or sent around by the clock: whoever asks has the
 * boards measure, and boards that do not answer are left out, as `kubectl top` expects.
 */
import { ApiError } from "../../api/api-error.ts";
import type { BoardStreams } from "../../api/board-stream.ts";
import type { BoardUsage, Usage } from "../../api/board-usage.ts";
import { type NodeMetrics, nodeMetricsResource } from "../../api/kinds/metrics/node-metrics.ts";
import type { PodMetrics } from "../../api/kinds/metrics/pod-metrics.ts";
import { nodeResource } from "../../api/kinds/node.ts";
import { podResource } from "../../api/kinds/pod.ts";
import type { ApiList } from "../../api/meta/list-meta.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { formatTime } from "../../api/meta/time.ts";
import { type AnyResource, apiVersionOfResource } from "../../api/resource.ts";
import { inParallel } from "../../lib/in-parallel.ts";
import { collectionPrefix, objectKey } from "../storage/object-key.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { parseSelection } from "../verbs/selection.ts";
import type { VerbRequest } from "../verbs/verb-context.ts";
import { readBoardUsage } from "./read-board-usage.ts";

const boardsAtOnce = 32;
const apiVersion = "metrics.k8s.io/v1beta1";

/** Whether objects of the kind are measured when they are asked for. */
export function isMeasured({ verbs }: AnyResource): boolean {
  return verbs.includes("list") && !verbs.includes("watch");
}

export class MeasuredKinds {
  readonly #boards: BoardStreams;
  readonly #objects: ObjectStore;

  constructor(boards: BoardStreams, objects: ObjectStore) {
    this.#boards = boards;
    this.#objects = objects;
  }

  /** Throws `ApiError` (400) for a malformed selector. */
  async list(request: VerbRequest): Promise<ApiList<ApiObject>> {
    const { resource, query } = request;
    const selection = parseSelection(resource, query);
    const items = await this.#measure(request, undefined);
    return {
      apiVersion: apiVersionOfResource(resource),
      kind: `${resource.kind}List`,
      metadata: {},
      items: items.filter((item) => selection.matches(item)),
    };
  }

  /** Throws `ApiError` (404) of what there is not, or what did not answer. */
  async get(request: VerbRequest & { readonly name: string }): Promise<ApiObject> {
    const [found] = await this.#measure(request, request.name);
    if (found === undefined) throw ApiError.notFound(request.resource, request.name);
    return found;
  }

  async #measure({ resource, namespace, signal }: VerbRequest, name: string | undefined): Promise<ApiObject[]> {
    if (resource.kind === nodeMetricsResource.kind) {
      const nodes = await this.#stored(nodeResource, undefined, name);
      const usages = await this.#usages(
        nodes.map(({ metadata }) => metadata.name),
        signal,
      );
      return nodes.flatMap((node) => nodeMetrics(node, usages.get(node.metadata.name)) ?? []);
    }
    const pods = await this.#stored(podResource, namespace, name);
    const nodes = new Set(pods.flatMap((pod) => boardOf(pod) ?? []));
    const usages = await this.#usages([...nodes], signal);
    return pods.flatMap((pod) => podMetrics(pod, usages.get(boardOf(pod) ?? "")) ?? []);
  }

  /** As this voter knows them: figures of the moment need no agreement. */
  async #stored(kind: AnyResource, namespace: string | undefined, name: string | undefined): Promise<ApiObject[]> {
    if (name !== undefined) {
      const found = await this.#objects.get(objectKey(kind, { namespace, name }));
      return found === undefined ? [] : [found.object];
    }
    const { items } = await this.#objects.reader.range({ prefix: collectionPrefix(kind, namespace) });
    return items.map(({ key, modRevision, value }) => this.#objects.shared.at(key, modRevision, value));
  }

  async #usages(nodes: readonly string[], signal: AbortSignal | undefined): Promise<Map<string, BoardUsage>> {
    const usages = new Map<string, BoardUsage>();
    await inParallel(nodes, boardsAtOnce, async (node) => {
      const usage = await readBoardUsage(this.#boards, node, signal);
      if (usage !== undefined) usages.set(node, usage);
    });
    return usages;
  }
}

function nodeMetrics({ metadata }: ApiObject, usage: BoardUsage | undefined): NodeMetrics | undefined {
  if (usage === undefined) return undefined;
  return { apiVersion, kind: "NodeMetrics", ...measured(metadata, usage), usage: quantities(usage.board) };
}

function podMetrics({ metadata }: ApiObject, usage: BoardUsage | undefined): PodMetrics | undefined {
  const pod = usage?.pods.find(({ uid }) => uid === metadata.uid);
  if (usage === undefined || pod === undefined) return undefined;
  const containers = pod.containers.map(({ name, ...used }) => ({ name, usage: quantities(used) }));
  return { apiVersion, kind: "PodMetrics", ...measured(metadata, usage), containers };
}

function measured({ name, namespace, labels }: ApiObject["metadata"], { measuredMs, windowMs }: BoardUsage) {
  const timestamp = formatTime(measuredMs);
  return {
    metadata: { name, namespace, labels, creationTimestamp: timestamp },
    timestamp,
    window: `${(windowMs / 1000).toFixed(3)}s`,
  };
}

function quantities({ cpuNanoCores, memoryBytes }: Usage): Record<string, string> {
  return { cpu: `${cpuNanoCores}n`, memory: `${Math.ceil(memoryBytes / 1024)}Ki` };
}

function boardOf(pod: ApiObject): string | undefined {
  return podResource.selectableFields(podResource.schema.parse(pod)).get("spec.nodeName") || undefined;
}
