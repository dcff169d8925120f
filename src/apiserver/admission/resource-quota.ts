/**
 * ResourceQuotas: what a namespace's objects may use together. The new usage is written in the transaction that writes
 * the object, and only if nobody changed the quota in between: not even voters that admit at once can overrun it.
 */
import { ApiError } from "../../api/api-error.ts";
import { type ResourceQuota, resourceQuotaResource } from "../../api/kinds/resource-quota.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { chargeQuota } from "../../api/quota/charge.ts";
import { countedKinds } from "../../api/quota/tally.ts";
import { isCounted } from "../../api/quota/usage.ts";
import type { Compare, Mutation } from "../../store/types.ts";
import { encodeObject } from "../storage/object-codec.ts";
import type { AdmissionContext, AdmissionRequest, ValidatingStep } from "./admission.ts";
import { lookUpAll } from "./look-up.ts";

/** The last step: what others refuse must not be charged. */
export const chargeQuotas: ValidatingStep = async ({ fleet }, request) => {
  const { operation, resource, subresource, namespace, name, object, oldObject } = request;
  const isWrite = operation === "CREATE" || operation === "UPDATE";
  if (!isWrite || subresource !== undefined || object === undefined || namespace === undefined) return undefined;
  if (!isCounted(resource)) return undefined;
  const compares: Compare[] = [];
  const mutations: Mutation[] = [];
  for (const { key, modRevision, object: quota } of await lookUpAll(fleet, resourceQuotaResource, namespace)) {
    if (!isQuota(quota)) continue;
    const charge = chargeQuota(quota, resource, object, oldObject);
    if (charge.type === "refused") throw ApiError.forbidden(resource, name, charge.why);
    if (charge.type === "unaffected") continue;
    const charged = { ...quota, status: { ...quota.status, used: charge.used } };
    compares.push({ key, modRevision });
    mutations.push({ type: "put", key, value: encodeObject(charged) });
  }
  return { compares, mutations };
};

/**
 * Creates what quotas count one at a time, for each namespace and voter: each changes the quota, so that all but one of
 * those that decide at once would decide in vain.
 */
export async function inQuotaTurn<T>(
  { fleet, turns }: AdmissionContext,
  { resource, namespace }: Pick<AdmissionRequest, "resource" | "namespace">,
  action: () => Promise<T>,
): Promise<T> {
  if (namespace === undefined || !isCounted(resource)) return action();
  const quotas = await lookUpAll(fleet, resourceQuotaResource, namespace);
  const isBounded = quotas.some(({ object }) => isQuota(object) && countedKinds(object, [resource]).length > 0);
  return isBounded ? turns.run(namespace, action) : action();
}

function isQuota(object: ApiObject): object is ResourceQuota {
  return object.apiVersion === "v1" && object.kind === "ResourceQuota";
}
