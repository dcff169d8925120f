/** `bramble drain`: evicts a board's pods, as their disruption budgets allow, and waits until they are gone. */
import { ApiError } from "../../api/api-error.ts";
import { successBody } from "../../client/reply.ts";
import { messageOf, UsageError } from "../../lib/errors.ts";
import { setSchedulable } from "./board-commands.ts";
import { type DrainChoices, planDrain } from "./drain-plan.ts";
import type { ObjectSession } from "./object-session.ts";
import { type PlainObject, plainList, plainObject } from "./plain-object.ts";

export interface DrainFlags extends DrainChoices {
  readonly gracePeriod?: number;
  /** 0 for as long as it takes. */
  readonly timeoutMs: number;
}

const retryEvictionMs = 2_000;
const askEveryMs = 250;

/** Throws `UsageError`: for pods that a person must decide about, having evicted none, and for those that did not go. */
export async function drainBoard(session: ObjectSession, board: string, flags: DrainFlags): Promise<void> {
  await setSchedulable(session, board, false);
  const list = await session.ask({
    method: "GET",
    path: "/api/v1/pods",
    query: { fieldSelector: `spec.nodeName=${board}` },
  });
  const { evict, leave, refuse } = planDrain(plainList(list).items, flags);
  if (refuse.length > 0) throw new UsageError(`${board} cannot be drained: ${refuse.join("; ")}`);
  if (leave.length > 0) session.io.err(`Warning: ignoring pods of DaemonSets: ${leave.join(", ")}\n`);
  const deadlineMs = flags.timeoutMs === 0 ? Number.POSITIVE_INFINITY : session.io.nowMs() + flags.timeoutMs;
  // One that may not go keeps none of the others.
  const gone = await Promise.allSettled(evict.map((pod) => sendAway(session, pod, flags, deadlineMs)));
  const failures = gone.flatMap((outcome) => (outcome.status === "rejected" ? [messageOf(outcome.reason)] : []));
  if (failures.length > 0) throw new UsageError(`${board} is not drained: ${failures.join("; ")}`);
  session.io.out(`node/${board} drained\n`);
}

async function sendAway(
  session: ObjectSession,
  pod: PlainObject,
  { gracePeriod }: DrainFlags,
  deadlineMs: number,
): Promise<void> {
  const { name = "", namespace = "", uid } = pod.metadata;
  const path = `/api/v1/namespaces/${namespace}/pods/${name}`;
  session.io.out(`evicting pod ${namespace}/${name}\n`);
  const grace = gracePeriod === undefined ? {} : { gracePeriodSeconds: gracePeriod };
  await evict(session, path, { name, namespace }, grace, deadlineMs);
  for (;;) {
    const reply = await session.reply({ method: "GET", path });
    if (reply.status === 404 || plainObject(successBody(reply)).metadata.uid !== uid) break;
    if (session.io.nowMs() > deadlineMs) throw new UsageError(`${namespace}/${name} is still ending: drain again`);
    await session.io.pause(askEveryMs);
  }
  session.io.out(`pod/${name} evicted\n`);
}

/** A disruption budget may say no for a while: asks until it says yes, and tells why it does not whenever that changes. */
async function evict(
  session: ObjectSession,
  path: string,
  metadata: { readonly name: string; readonly namespace: string },
  deleteOptions: object,
  deadlineMs: number,
): Promise<void> {
  const { name, namespace } = metadata;
  const body = { apiVersion: "policy/v1", kind: "Eviction", metadata, deleteOptions };
  let told = "";
  for (;;) {
    const reply = await session.reply({ method: "POST", path: `${path}/eviction`, body });
    if (reply.status < 400 || reply.status === 404) return;
    const refusal = ApiError.fromReply(reply.status, reply.body);
    if (reply.status !== 429) throw refusal;
    const why = whyNotYet(refusal);
    if (session.io.nowMs() + retryEvictionMs > deadlineMs)
      throw new UsageError(`${namespace}/${name} may not be evicted yet: ${why}`);
    if (why !== told) session.io.err(`Waiting to evict pod ${namespace}/${name}: ${why}\n`);
    told = why;
    await session.io.pause(retryEvictionMs);
  }
}

/** The message, and the budget's own numbers, which are the cause of it. */
function whyNotYet({ message, details }: ApiError): string {
  return [message, ...(details?.causes ?? []).flatMap((cause) => cause.message ?? [])].join(" ");
}
