/** What kinds have agreed on with their clients long ago: which of them a PUT creates, and which it must name a version of. */
import { ApiError } from "../../api/api-error.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { type AnyResource, qualifiedPlural } from "../../api/resource.ts";
import { invalid } from "../../api/validation/cause.ts";
import { forbidden } from "../authorization/forbidden.ts";
import type { RequestAttributes } from "../authorization/request-attributes.ts";
import type { ObjectRequest, ServerContext } from "./verb-context.ts";

const createdByPut: ReadonlySet<string> = new Set([
  "clusterrolebindings.rbac.authorization.k8s.io",
  "clusterroles.rbac.authorization.k8s.io",
  "endpoints",
  "events",
  "leases.coordination.k8s.io",
  "limitranges",
  "rolebindings.rbac.authorization.k8s.io",
  "roles.rbac.authorization.k8s.io",
  "runtimeclasses.node.k8s.io",
  "services",
]);

const updatedByVersion: ReadonlySet<string> = new Set([
  "leases.coordination.k8s.io",
  "poddisruptionbudgets.policy",
  "runtimeclasses.node.k8s.io",
]);

export function isCreatedByPut(resource: AnyResource): boolean {
  return createdByPut.has(qualifiedPlural(resource));
}

/** Throws `ApiError` (422) for a body without a version where the kind's clients must not overwrite one another. */
export function requireVersion(resource: AnyResource, { metadata }: ApiObject): void {
  if (metadata.resourceVersion !== undefined || !updatedByVersion.has(qualifiedPlural(resource))) return;
  const cause = invalid("metadata.resourceVersion", 0, "must be specified for an update");
  throw ApiError.invalid(resource, metadata.name, [cause]);
}

/** Whoever may change an object that is there may not therefore create one. Throws `ApiError` (403). */
export async function requireCreation({ access }: ServerContext, request: ObjectRequest): Promise<void> {
  const { identity, resource, namespace = "", name } = request;
  const { group, version, plural } = resource;
  const attributes: RequestAttributes = {
    type: "resource",
    verb: "create",
    group,
    version,
    resource: plural,
    subresource: "",
    namespace: group === "" && plural === "namespaces" ? name : namespace,
    name,
    fields: new Map(),
  };
  const decision = await access.authorizer.authorize(identity, attributes);
  if (decision.type !== "allowed") throw forbidden(identity, attributes, decision.reason);
}
