/** `bramble cordon`, `uncordon` and `drain`: takes a board out of service, and puts it back. */
import { ApiError } from "../../api/api-error.ts";
import { successBody } from "../../client/reply.ts";
import { UsageError } from "../../lib/errors.ts";
import type { ObjectSession } from "./object-session.ts";
import { type PlainObject, plainList, plainObject } from "./plain-object.ts";

export interface DrainFlags {
  readonly ignoreDaemonsets: boolean;
  readonly deleteEmptydirData: boolean;
  readonly force: boolean;
  readonly gracePeriod?: number;
  readonly timeoutMs: number;
}

const retryEvictionMs = 2_000;
const askEveryMs = 250;
const nodes = "/api/v1/nodes";

export async function setSchedulable(session: ObjectSession, board: string, schedulable: boolean): Promise<void> {
  const path = `${nodes}/${encodeURIComponent(board)}`;
  const node = plainObject(await session.ask({ method: "GET", path }));
  const done = schedulable ? "uncordoned" : "cordoned";
  if (isCordoned(node) === !schedulable) {
    session.io.out(`node/${board} already ${done}\n`);
    return;
  }
  const body = { spec: { unschedulable: schedulable ? null : true } };
  await session.ask({ method: "PATCH", path, contentType: "application/merge-patch+json", body });
  session.io.out(`node/${board} ${done}\n`);
}

/** Evicts every pod that may go, and waits until they are gone. Throws `UsageError` for what may not, having evicted nothing. */
export async function drainBoard(session: ObjectSession, board: string, flags: DrainFlags): Promise<void> {
  await setSchedulable(session, board, false);
  const list = await session.ask({
    method: "GET",
    path: "/api/v1/pods",
    query: { fieldSelector: `spec.nodeName=${board}` },
  });
  const { evict, leave, refuse } = sortPods(plainList(list).items, flags);
  if (refuse.length > 0) throw new UsageError(`${board} cannot be drained: ${refuse.join("; ")}`);
  if (leave.length > 0) session.io.err(`Warning: ignoring pods of DaemonSets: ${leave.join(", ")}\n`);
  const deadlineMs = flags.timeoutMs === 0 ? Number.POSITIVE_INFINITY : session.io.nowMs() + flags.timeoutMs;
  await Promise.all(evict.map((pod) => evictPod(session, pod, flags, deadlineMs)));
  session.io.out(`node/${board} drained\n`);
}

interface Sorted {
  readonly evict: readonly PlainObject[];
  readonly leave: readonly string[];
  readonly refuse: readonly string[];
}

/** Which pods go, which stay, and which a person must decide about. */
function sortPods(pods: readonly PlainObject[], flags: DrainFlags): Sorted {
  const evict: PlainObject[] = [];
  const leave: string[] = [];
  const refuse: string[] = [];
  for (const pod of pods) {
    const shown = `${pod.metadata.namespace}/${pod.metadata.name}`;
    const [owner] = pod.metadata.ownerReferences ?? [];
    if (isFinished(pod)) evict.push(pod);
    else if (owner?.kind === "DaemonSet") {
      if (flags.ignoreDaemonsets) leave.push(shown);
      else refuse.push(`${shown} is a DaemonSet's and would come back (--ignore-daemonsets leaves it)`);
    } else if (owner === undefined && !flags.force) {
      refuse.push(`${shown} has nobody to make it anew elsewhere (--force lets it go for good)`);
    } else if (hasEmptyDir(pod) && !flags.deleteEmptydirData) {
      refuse.push(`${shown} keeps data in an emptyDir (--delete-emptydir-data loses it)`);
    } else evict.push(pod);
  }
  return { evict, leave, refuse };
}

/** A disruption budget may say no for a while. */
async function evictPod(
  session: ObjectSession,
  { metadata }: PlainObject,
  flags: DrainFlags,
  deadlineMs: number,
): Promise<void> {
  const { name = "", namespace = "", uid } = metadata;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  session.io.out(`evicting pod ${namespace}/${name}\n`);
  const grace = flags.gracePeriod === undefined ? {} : { gracePeriodSeconds: flags.gracePeriod };
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata: { name, namespace }, deleteOptions: grace };
  for (;;) {
    const reply = await session.reply({ method: "POST", path: `${path}/eviction`, body });
    if (reply.status < 400 || reply.status === 404) break;
    const refusal = ApiError.fromReply(reply.status, reply.body);
    if (reply.status !== 429) throw refusal;
    if (session.io.nowMs() + retryEvictionMs > deadlineMs)
      throw new UsageError(`${namespace}/${name} may not be evicted yet: ${refusal.message}`);
    await session.io.pause(retryEvictionMs);
  }
  for (;;) {
    const reply = await session.reply({ method: "GET", path });
    if (reply.status === 404 || plainObject(successBody(reply)).metadata.uid !== uid) break;
    if (session.io.nowMs() > deadlineMs) throw new UsageError(`${namespace}/${name} is still ending: drain again`);
    await session.io.pause(askEveryMs);
  }
  session.io.out(`pod/${name} evicted\n`);
}

function isCordoned({ spec }: PlainObject): boolean {
  return typeof spec === "object" && spec !== null && "unschedulable" in spec && spec.unschedulable === true;
}

function isFinished({ status }: PlainObject): boolean {
  const phase: unknown = typeof status === "object" && status !== null && "phase" in status ? status.phase : undefined;
  return phase === "Succeeded" || phase === "Failed";
}

function hasEmptyDir({ spec }: PlainObject): boolean {
  const volumes: unknown = typeof spec === "object" && spec !== null && "volumes" in spec ? spec.volumes : undefined;
  return Array.isArray(volumes) && volumes.some((volume: object) => "emptyDir" in volume);
}
