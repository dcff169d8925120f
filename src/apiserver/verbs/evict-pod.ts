/** POST to a pod's `eviction`: its deletion, charged to the budget that it is in within the same transaction. */
import { ApiError } from "../../api/api-error.ts";
import { type Eviction, evictionSchema } from "../../api/kinds/eviction.ts";
import type { PodDisruptionBudget } from "../../api/kinds/policy/pod-disruption-budget.ts";
import { podDisruptionBudgetResource } from "../../api/kinds/policy/pod-disruption-budget.ts";
import type { ApiStatus } from "../../api/meta/status.ts";
import { formatTime } from "../../api/meta/time.ts";
import { parseBody } from "../../api/parse-object.ts";
import { causesText } from "../../api/validation/cause.ts";
import type { Revision, StoreKey } from "../../store/types.ts";
import { noSideWrites } from "../admission/admission.ts";
import { encodeObject } from "../storage/object-codec.ts";
import { collectionPrefix } from "../storage/object-key.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { changeByDeletion, parseDeleteOptions } from "./delete-object.ts";
import { planEviction } from "./eviction.ts";
import { isDisruptionBudget, isPod } from "./kind-guards.ts";
import type { ObjectRequest, ServerContext } from "./verb-context.ts";

/** Throws `ApiError`; 429 where a budget does not let the pod go at the moment. */
export async function evictPod(context: ServerContext, request: ObjectRequest): Promise<ApiStatus> {
  const { fleet, clock } = context;
  const eviction = parseEviction(request);
  const options = parseDeleteOptions({ query: request.query, body: eviction.deleteOptions });
  await changeByDeletion(context, request, options, async (pod) => {
    if (!isPod(pod)) return noSideWrites;
    const budgets = await readBudgets(fleet, request.namespace);
    const now = formatTime(clock.nowMs());
    const charged = planEviction(
      pod,
      budgets.map(({ budget }) => budget),
      now,
    );
    const found = budgets.find(({ budget }) => budget.metadata.uid === charged?.metadata.uid);
    if (charged === undefined || found === undefined) return noSideWrites;
    const { key, modRevision } = found;
    return { compares: [{ key, modRevision }], mutations: [{ type: "put", key, value: encodeObject(charged) }] };
  });
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
}

function parseEviction({ name, namespace, body }: ObjectRequest): Eviction {
  const named = typeof body === "object" && body !== null ? { apiVersion: "policy/v1", kind: "Eviction", ...body } : {};
  const parsed = parseBody(evictionSchema, named);
  if (!parsed.ok) throw ApiError.badRequest(`Eviction: ${causesText(parsed.causes)}`);
  const { metadata } = parsed.value;
  if (metadata.name !== "" && metadata.name !== name) {
    throw ApiError.badRequest(`name in URL (${name}) does not match name in Eviction object (${metadata.name})`);
  }
  if (metadata.namespace !== undefined && metadata.namespace !== namespace) {
    throw ApiError.badRequest("the namespace of the Eviction does not match the namespace of the request");
  }
  return parsed.value;
}

interface StoredBudget {
  readonly key: StoreKey;
  readonly modRevision: Revision;
  readonly budget: PodDisruptionBudget;
}

async function readBudgets(fleet: ObjectStore, namespace: string | undefined): Promise<StoredBudget[]> {
  const { items } = await fleet.reader.range({ prefix: collectionPrefix(podDisruptionBudgetResource, namespace) });
  return items.flatMap(({ key, modRevision, value }) => {
    const budget = fleet.shared.at(key, modRevision, value);
    return isDisruptionBudget(budget) ? [{ key, modRevision, budget }] : [];
  });
}
