/** Writes one item of a board's report through the API. */
import type { ReportItem } from "../../api/board-link.ts";
import { eventResource } from "../../api/kinds/event.ts";
import { nodeResource } from "../../api/kinds/node.ts";
import { persistentVolumeResource } from "../../api/kinds/persistent-volume.ts";
import { type Pod, podResource } from "../../api/kinds/pod.ts";
import type { ApiClient } from "../../client/api-client.ts";
import { isAlreadyExists, isNotFound } from "../../client/refusal.ts";
import { unreachable } from "../../lib/assert.ts";
import {
  planEventReport,
  planNodeReport,
  planPodGoneReport,
  planPodStatusReport,
  planVolumeGoneReport,
  type Refusal,
} from "./plan.ts";

export interface ItemContext {
  readonly client: ApiClient;
  readonly board: string;
  /** The pod as this voter last saw it; spares a read where nothing changed. */
  readonly cachedPod: (namespace: string, name: string) => Pod | undefined;
  readonly signal: AbortSignal;
}

/**
 * Reads, decides, writes. Returns why the board may not say this, where it may not. Throws `ApiError`: a conflict when
 * somebody wrote in between, so that another try decides anew.
 */
export async function applyItem(context: ItemContext, item: ReportItem): Promise<Refusal | undefined> {
  switch (item.type) {
    case "node":
      return applyNode(context, item);
    case "podStatus":
      return applyPodStatus(context, item);
    case "podGone":
      return applyPodGone(context, item);
    case "volumeGone":
      return applyVolumeGone(context, item);
    case "event":
      return applyEvent(context, item.event);
    default:
      return unreachable(item);
  }
}

async function applyNode(
  { client, board, signal }: ItemContext,
  { node: reported, firstLabels }: Extract<ReportItem, { type: "node" }>,
): Promise<Refusal | undefined> {
  const current = await client.find(nodeResource, { name: board }, signal);
  const decision = planNodeReport(board, reported, current, firstLabels);
  switch (decision.kind) {
    case "refused":
      return decision;
    case "unchanged":
      return undefined;
    case "create": {
      // A created node's status is written by a second request, as for every kind with that subresource.
      const created = await client.create(nodeResource, decision.node, signal);
      await client.updateStatus(nodeResource, { ...created, status: decision.node.status }, signal);
      return undefined;
    }
    case "update": {
      if (current === undefined) return undefined;
      const { metadata, status } = decision;
      const written =
        metadata === undefined ? current : await client.update(nodeResource, { ...current, metadata }, signal);
      if (status !== undefined) await client.updateStatus(nodeResource, { ...written, status }, signal);
      return undefined;
    }
    default:
      return unreachable(decision);
  }
}

async function applyPodStatus(
  { client, board, cachedPod, signal }: ItemContext,
  { namespace, name, uid, status }: Extract<ReportItem, { type: "podStatus" }>,
): Promise<Refusal | undefined> {
  const cached = cachedPod(namespace, name);
  if (cached !== undefined && planPodStatusReport(board, uid, status, cached).kind === "unchanged") return undefined;
  const current = await client.find(podResource, { namespace, name }, signal);
  const decision = planPodStatusReport(board, uid, status, current);
  if (decision.kind === "refused") return decision;
  if (decision.kind === "update" && current !== undefined) {
    await unlessGone(client.updateStatus(podResource, { ...current, status: decision.status }, signal));
  }
  return undefined;
}

async function applyPodGone(
  { client, board, signal }: ItemContext,
  { namespace, name, uid }: Extract<ReportItem, { type: "podGone" }>,
): Promise<Refusal | undefined> {
  const decision = planPodGoneReport(board, uid, await client.find(podResource, { namespace, name }, signal));
  if (decision.kind === "refused") return decision;
  if (decision.kind === "remove") {
    const options = { gracePeriodSeconds: 0, preconditions: { uid } };
    await unlessGone(client.delete(podResource, { namespace, name }, options, signal));
  }
  return undefined;
}

async function applyVolumeGone(
  { client, board, signal }: ItemContext,
  { name, uid }: Extract<ReportItem, { type: "volumeGone" }>,
): Promise<Refusal | undefined> {
  const current = await client.find(persistentVolumeResource, { name }, signal);
  const decision = planVolumeGoneReport(board, uid, current);
  if (decision.kind === "refused") return decision;
  if (decision.kind === "release") {
    const { resourceVersion } = current?.metadata ?? {};
    const patch = { metadata: { uid, resourceVersion, finalizers: decision.finalizers } };
    await unlessGone(client.mergePatch(persistentVolumeResource, { name }, patch, signal));
  }
  return undefined;
}

async function applyEvent({ client, board, signal }: ItemContext, reported: unknown): Promise<Refusal | undefined> {
  const decision = planEventReport(board, reported);
  if (decision.kind === "refused") return decision;
  const { event } = decision;
  try {
    await client.create(eventResource, event, signal);
  } catch (error) {
    // The namespace is ending, or gone: nobody will look there.
    if (isNotFound(error)) return undefined;
    if (!isAlreadyExists(error)) throw error;
    const { count, lastTimestamp, message } = event;
    await unlessGone(client.mergePatch(eventResource, event.metadata, { count, lastTimestamp, message }, signal));
  }
  return undefined;
}

/** What vanished in between needs no writing. */
async function unlessGone(write: Promise<unknown>): Promise<void> {
  try {
    await write;
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
