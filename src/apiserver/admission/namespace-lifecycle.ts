/** Namespaces the fleet cannot do without, and those that stay until they are empty. */
import { ApiError } from "../../api/api-error.ts";
import { isNamespace } from "../verbs/kind-guards.ts";
import type { MutatingStep, ValidatingStep } from "./admission.ts";

const keptNamespaces = new Set(["default", "kube-system", "kube-public", "kube-node-lease"]);
const finalizer = "kubernetes";

/** A deleted namespace stays until the namespace controller has removed what is in it. */
export const contentFinalizer: MutatingStep = async (_context, { operation, subresource, object }) => {
  if (operation !== "CREATE" || subresource !== undefined || !isNamespace(object)) return object;
  const finalizers = new Set([...(object.spec.finalizers ?? []), finalizer]);
  return { ...object, spec: { ...object.spec, finalizers: [...finalizers] } };
};

export const protectNamespaces: ValidatingStep = async (_context, { operation, resource, name }) => {
  if (operation !== "DELETE" || resource.group !== "" || resource.plural !== "namespaces") return undefined;
  if (keptNamespaces.has(name)) throw ApiError.forbidden(resource, name, "this namespace may not be deleted");
  return undefined;
};
