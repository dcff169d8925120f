/** How a submitted object and the current one become the next one: what a path may change, and nothing else. */
import { ApiError } from "../../api/api-error.ts";
import type { CertificateSigningRequest } from "../../api/kinds/certificates/certificate-signing-request.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { AnyResource } from "../../api/resource.ts";
import { forbidden } from "../../api/validation/cause.ts";
import { sameJson } from "../../lib/same-json.ts";
import { isNamespace, isPod, isSigningRequest } from "./kind-guards.ts";

/** Throws `ApiError` for what may not be changed at all. */
export type Merge = (resource: AnyResource, submitted: ApiObject, current: ApiObject) => ApiObject;

export const mergeWhole: Merge = (resource, submitted, current) => {
  if (isPod(submitted) && isPod(current)) refuseEphemeralChange(resource, submitted, current);
  return resource.prepareForUpdate(submitted, current);
};

/** Besides the status, whoever reports it may label and annotate the object. */
export const mergeStatus: Merge = (resource, submitted, current) => {
  const undecided =
    isSigningRequest(submitted) && isSigningRequest(current) ? withDecisionOf(submitted, current) : submitted;
  return reported(resource, undecided, current);
};

function reported(resource: AnyResource, submitted: ApiObject, current: ApiObject): ApiObject {
  const next = resource.prepareForStatusUpdate(submitted, current);
  const { labels, annotations } = submitted.metadata;
  return { ...next, metadata: { ...next.metadata, labels, annotations } };
}

/** Whoever signs reports what came of it; whether to sign is decided in another place. */
function withDecisionOf(
  submitted: CertificateSigningRequest,
  { status: { conditions: known = [] } }: CertificateSigningRequest,
): CertificateSigningRequest {
  const isDecision = ({ type }: { readonly type: string }) => type === "Approved" || type === "Denied";
  const told = (submitted.status.conditions ?? []).filter((condition) => !isDecision(condition));
  const conditions = [...known.filter(isDecision), ...told];
  return { ...submitted, status: { ...submitted.status, conditions } };
}

/** A namespace's `finalize` changes `spec.finalizers`; with the last of them a deleted namespace goes. */
export const mergeFinalizers: Merge = (_resource, submitted, current) =>
  isNamespace(submitted) && isNamespace(current) ? { ...current, spec: submitted.spec } : current;

/** A pod's `ephemeralcontainers` adds containers to look into it; those that are there stay as they are. */
export const mergeEphemeralContainers: Merge = (resource, submitted, current) => {
  if (!isPod(submitted) || !isPod(current)) return current;
  const { ephemeralContainers } = submitted.spec;
  const causes = (current.spec.ephemeralContainers ?? []).flatMap((known) => {
    const next = ephemeralContainers?.find(({ name }) => name === known.name);
    if (sameJson(next, known)) return [];
    const what = next === undefined ? "removed" : "changed";
    return [forbidden("spec.ephemeralContainers", `existing ephemeral containers "${known.name}" may not be ${what}`)];
  });
  if (causes.length > 0) throw ApiError.invalid(resource, current.metadata.name, causes);
  const spec = { ...current.spec, ephemeralContainers };
  const { resourceVersion } = submitted.metadata;
  const next: Pod = { ...current, metadata: { ...current.metadata, resourceVersion }, spec };
  return resource.prepareForUpdate(next, current);
};

/** A certificate request's `approval` changes what has been decided of it, and nothing that was certified. */
export const mergeApproval: Merge = (resource, submitted, current) => {
  if (!isSigningRequest(submitted) || !isSigningRequest(current)) return current;
  const { conditions } = submitted.status;
  const decided = { ...submitted, status: { ...current.status, conditions } };
  return reported(resource, decided, current);
};

function refuseEphemeralChange(resource: AnyResource, submitted: Pod, current: Pod): void {
  if (sameJson(submitted.spec.ephemeralContainers ?? [], current.spec.ephemeralContainers ?? [])) return;
  const why = "may only be changed through the pod's ephemeralcontainers";
  throw ApiError.invalid(resource, current.metadata.name, [forbidden("spec.ephemeralContainers", why)]);
}
