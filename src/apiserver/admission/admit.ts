/** Admission: what the server adds to objects that their kind alone cannot say, and what it refuses for the fleet's sake. */
import { ApiError } from "../../api/api-error.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { nameRequester, requireSignerRight } from "../authorization/certificates/certificate-steps.ts";
import { restrictNode } from "../authorization/node/restrict-node.ts";
import { preventEscalation } from "../authorization/rbac/prevent-escalation.ts";
import {
  type AdmissionContext,
  type AdmissionRequest,
  allWrites,
  type MutatingStep,
  noSideWrites,
  type ObjectAdmissionRequest,
  type SideWrites,
  type ValidatingStep,
} from "./admission.ts";
import { defaultStorageClass } from "./default-storage-class.ts";
import { limitBounds, limitDefaults } from "./limit-ranger.ts";
import { contentFinalizer, protectNamespaces } from "./namespace-lifecycle.ts";
import { podSecurity } from "./pod-security.ts";
import { oneDefaultPriority, priorityOfPod } from "./priority-class.ts";
import { chargeQuotas } from "./resource-quota.ts";
import { firstServiceAccount, serviceAccountOfPod } from "./service-account.ts";
import { allocateToService } from "./service-allocation.ts";

/** In this order: each sees what those before it made of the object. */
const mutatingSteps: readonly MutatingStep[] = [
  nameRequester,
  contentFinalizer,
  defaultStorageClass,
  serviceAccountOfPod,
  limitDefaults,
  priorityOfPod,
];

const validatingSteps: readonly ValidatingStep[] = [
  preventEscalation,
  requireSignerRight,
  restrictNode,
  protectNamespaces,
  firstServiceAccount,
  oneDefaultPriority,
  podSecurity,
  limitBounds,
  chargeQuotas,
];

export interface Admitted extends SideWrites {
  /** As it is to be stored, but for what `complete` adds. */
  readonly object: ApiObject;
  /** Adds what the fleet chose for it, after its managers have been recorded: that is none of theirs. */
  complete(object: ApiObject): ApiObject;
}

/**
 * For whatever brings an object: mutating steps, then `check`, which is the kind's own validation, then what the fleet
 * chooses, then validating steps. To be called anew whenever the object is decided anew. Throws `ApiError`.
 */
export async function admit(
  context: AdmissionContext,
  request: ObjectAdmissionRequest,
  check: (object: ApiObject) => void,
): Promise<Admitted> {
  try {
    return await admitOnce(context, request, check);
  } catch (error) {
    // Whoever changes what is there decides again by himself. A new object has been judged by what this voter knows:
    // what the fleet would accept must not be refused because this voter lags.
    if (!(error instanceof ApiError && error.reason === "Forbidden") || request.oldObject !== undefined) throw error;
    await context.fleet.barrier(undefined);
    return admitOnce(context, request, check);
  }
}

async function admitOnce(
  context: AdmissionContext,
  request: ObjectAdmissionRequest,
  check: (object: ApiObject) => void,
): Promise<Admitted> {
  let { object } = request;
  for (const mutate of mutatingSteps) object = await mutate(context, { ...request, object });
  check(object);
  const { complete, ...claims } = await allocateToService(context, { ...request, object });
  const writes = await permit(context, { ...request, object: complete(object) });
  return { object, complete, ...allWrites(claims, writes) };
}

/** For a deletion, which brings no object: the validating steps alone. Throws `ApiError`. */
export async function permit(
  context: AdmissionContext,
  request: AdmissionRequest & { readonly object?: ApiObject },
): Promise<SideWrites> {
  let writes = noSideWrites;
  for (const validate of validatingSteps) {
    writes = allWrites(writes, (await validate(context, request)) ?? noSideWrites);
  }
  return writes;
}
