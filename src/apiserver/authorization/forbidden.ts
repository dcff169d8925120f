/** Refusals for want of a right, in the words that people know from Kubernetes. */
import { ApiError } from "../../api/api-error.ts";
import type { Identity } from "../../api/exchange.ts";
import type { RequestAttributes } from "./request-attributes.ts";

/** `pods is forbidden: User "jane" cannot list resource "pods" in API group "" in the namespace "default"` (403). */
export function forbidden({ user }: Identity, attributes: RequestAttributes, reason: string): ApiError {
  const why = `User ${JSON.stringify(user)} cannot ${actionOf(attributes)}${reason === "" ? "" : `: ${reason}`}`;
  if (attributes.type === "path") return ApiError.forbidden({ group: "", plural: "" }, "", why);
  const { group, resource, name } = attributes;
  return ApiError.forbidden({ group, plural: resource }, name, why);
}

function actionOf(attributes: RequestAttributes): string {
  const { verb } = attributes;
  if (attributes.type === "path") return `${verb} path "${attributes.path}"`;
  const { group, resource, subresource, namespace } = attributes;
  const what = subresource === "" ? resource : `${resource}/${subresource}`;
  const where = namespace === "" ? "at the cluster scope" : `in the namespace "${namespace}"`;
  return `${verb} resource "${what}" in API group "${group}" ${where}`;
}
