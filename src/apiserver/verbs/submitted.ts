/** What a client submitted, checked against the place it submitted it to. */
import { ApiError } from "../../api/api-error.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { AnyResource } from "../../api/resource.ts";
import type { AdmissionRequest } from "../admission/admission.ts";
import { dryRunOption } from "../routing/query-options.ts";
import type { StoredObject } from "../storage/object-store.ts";
import type { WriteOptions } from "../storage/write-options.ts";
import type { ObjectRequest, VerbRequest } from "./verb-context.ts";

/** What admission is told of a request; `details` is what the verb knows of it. */
export function admissionOf<Details extends AdmissionDetails>(request: VerbRequest, details: Details) {
  const { resource, subresource, namespace, identity, warn, note, query } = request;
  const name = details.oldObject?.metadata.name ?? details.object?.metadata.name ?? "";
  return { resource, subresource, namespace, name, identity, warn, note, dryRun: dryRunOption(query), ...details };
}

interface AdmissionDetails extends Pick<AdmissionRequest, "operation" | "oldObject"> {
  readonly object?: ApiObject;
  readonly dryRun?: boolean;
}

export function writeOptions({ query, fence, signal }: VerbRequest): WriteOptions {
  return { dryRun: dryRunOption(query), fence, signal };
}

/** Throws `ApiError` (400) where the body is of another object than the path. */
export function checkIdentity({ resource, name, namespace }: ObjectRequest, { metadata }: ApiObject): void {
  if (metadata.name !== "" && metadata.name !== name) {
    throw ApiError.badRequest(`the name of the object (${metadata.name}) does not match the name on the URL (${name})`);
  }
  if (resource.namespaced && metadata.namespace !== undefined && metadata.namespace !== namespace) {
    throw ApiError.badRequest(
      `the namespace of the object (${metadata.namespace}) does not match the namespace on the URL (${namespace})`,
    );
  }
}

/** Throws `ApiError` (409) where the client means another object of the name, or another version of it. */
export function checkPreconditions(
  resource: AnyResource,
  current: StoredObject,
  wanted: { readonly uid?: string | undefined; readonly resourceVersion?: string | undefined },
): void {
  const { name, uid } = current.object.metadata;
  if (wanted.uid !== undefined && wanted.uid !== uid) {
    throw ApiError.conflict(
      resource,
      name,
      `the UID in the precondition (${wanted.uid}) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    );
  }
  const { resourceVersion } = wanted;
  if (resourceVersion !== undefined && resourceVersion !== "0" && resourceVersion !== String(current.modRevision)) {
    throw ApiError.conflict(resource, name);
  }
}
