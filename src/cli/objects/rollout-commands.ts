/** `bramble rollout`: how far a change of a workload is, its history, back to an earlier one, and all over again. */
import { z } from "zod";
import { ApiError } from "../../api/api-error.ts";
import { formatTime } from "../../api/meta/time.ts";
import { UsageError } from "../../lib/errors.ts";
import { textTable } from "../output.ts";
import { type ObjectSession, shownName } from "./object-session.ts";
import { type PlainObject, plainList, plainObject } from "./plain-object.ts";
import { parseTarget } from "./targets.ts";

const workloadSchema = z.object({
  metadata: z.looseObject({ generation: z.number().default(0) }),
  spec: z.looseObject({
    replicas: z.number().optional(),
    selector: z.object({ matchLabels: z.record(z.string(), z.string()).optional() }).optional(),
  }),
  status: z
    .looseObject({
      observedGeneration: z.number().default(0),
      desiredNumberScheduled: z.number().default(0),
      updatedNumberScheduled: z.number().default(0),
      numberAvailable: z.number().default(0),
      replicas: z.number().default(0),
      updatedReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      readyReplicas: z.number().default(0),
    })
    .prefault({}),
});

const revisionSchema = z.object({ revision: z.number(), data: z.unknown() });

/** How far a rollout is: a line to show, and whether it is at its end. */
export function rolloutProgress(kind: string, name: string, object: PlainObject): { done: boolean; line: string } {
  const { metadata, spec, status } = workloadSchema.parse(object);
  if (status.observedGeneration < metadata.generation)
    return { done: false, line: `Waiting for ${kind} spec update to be observed...` };
  const isDaemonSet = kind === "daemonset";
  const wanted = isDaemonSet ? status.desiredNumberScheduled : (spec.replicas ?? 1);
  const updated = isDaemonSet ? status.updatedNumberScheduled : status.updatedReplicas;
  const available = isDaemonSet ? status.numberAvailable : (status.availableReplicas ?? status.readyReplicas);
  const waiting = `Waiting for ${kind} "${name}" rollout to finish:`;
  if (updated < wanted)
    return { done: false, line: `${waiting} ${updated} out of ${wanted} new pods have been updated...` };
  if (available < wanted)
    return { done: false, line: `${waiting} ${available} of ${wanted} updated pods are available...` };
  return { done: true, line: `${kind} "${name}" successfully rolled out` };
}

export async function rolloutStatus(
  session: ObjectSession,
  words: readonly string[],
  { watch, timeoutMs }: { readonly watch: boolean; readonly timeoutMs: number },
): Promise<void> {
  const target = parseTarget(session.kinds, words);
  const collection = session.pathOf({ kind: target.kind, name: undefined });
  const show = (object: PlainObject) => {
    const { done, line } = rolloutProgress(target.kind.singular, target.name, object);
    session.io.out(`${line}\n`);
    return done;
  };
  const first = plainObject(await session.ask({ method: "GET", path: session.pathOf(target) }));
  if (show(first) || !watch) return;
  const timeout = timeoutMs === 0 ? undefined : AbortSignal.timeout(timeoutMs);
  const signal = timeout === undefined ? session.io.signal : AbortSignal.any([session.io.signal, timeout]);
  let resourceVersion = first.metadata.resourceVersion ?? "0";
  while (!signal.aborted) {
    const query = { watch: "true", resourceVersion, fieldSelector: `metadata.name=${target.name}` };
    try {
      for await (const { type, object } of session.api.watch({ method: "GET", path: collection, query }, signal)) {
        if (type === "ERROR") throw ApiError.fromReply(500, object);
        if (type === "DELETED") throw new UsageError(`${shownName(target.kind, target.name)} was deleted`);
        const next = plainObject(object);
        resourceVersion = next.metadata.resourceVersion ?? resourceVersion;
        if (type !== "BOOKMARK" && show(next)) return;
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
  if (timeout?.aborted === true)
    throw new UsageError(
      `the rollout is not at its end yet: see \`bramble describe ${target.kind.singular} ${target.name}\``,
    );
}

export async function restartRollout(session: ObjectSession, words: readonly string[]): Promise<void> {
  const target = parseTarget(session.kinds, words);
  const annotations = { "kubectl.kubernetes.io/restartedAt": formatTime(session.io.nowMs()) };
  const body = { spec: { template: { metadata: { annotations } } } };
  const contentType = "application/merge-patch+json";
  await session.ask({ method: "PATCH", path: session.pathOf(target), contentType, body });
  session.io.out(`${shownName(target.kind, target.name)} restarted\n`);
}

export async function rolloutHistory(session: ObjectSession, words: readonly string[]): Promise<void> {
  const target = parseTarget(session.kinds, words);
  const revisions = await revisionsOf(session, target);
  const rows = revisions.map(({ revision, cause }) => [String(revision), cause]);
  session.io.out(`${shownName(target.kind, target.name)}\n${textTable([["REVISION", "CHANGE-CAUSE"], ...rows])}`);
}

/** Back to a revision, or to the one before the current; 0 means that. */
export async function undoRollout(session: ObjectSession, words: readonly string[], toRevision: number): Promise<void> {
  const target = parseTarget(session.kinds, words);
  const revisions = await revisionsOf(session, target);
  const chosen = toRevision === 0 ? revisions.at(-2) : revisions.find(({ revision }) => revision === toRevision);
  if (chosen === undefined) {
    const known = revisions.map(({ revision }) => revision).join(", ");
    throw new UsageError(`there is no such revision to go back to: known are ${known || "none"}`);
  }
  await session.ask({
    method: "PATCH",
    path: session.pathOf(target),
    contentType: "application/strategic-merge-patch+json",
    body: chosen.data,
  });
  session.io.out(`${shownName(target.kind, target.name)} rolled back\n`);
}

/** Oldest first. */
async function revisionsOf(session: ObjectSession, target: Parameters<ObjectSession["pathOf"]>[0]) {
  const kind = session.kinds.find("controllerrevisions.apps");
  const owner = plainObject(await session.ask({ method: "GET", path: session.pathOf(target) }));
  if (kind === undefined || !["daemonset", "statefulset"].includes(target.kind.singular))
    throw new UsageError(
      `a ${target.kind.singular} keeps no revisions that can be shown here: use a daemonset or statefulset`,
    );
  const { items } = plainList(await session.ask({ method: "GET", path: session.pathOf({ kind, name: undefined }) }));
  return items
    .filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid))
    .map((item) => ({
      ...revisionSchema.parse(item),
      cause: item.metadata.annotations?.["kubernetes.io/change-cause"] ?? "<none>",
    }))
    .sort((one, other) => one.revision - other.revision);
}
