/** What a board may not make of itself, although it may write its own Node: labels and taints that draw pods to it. */
import { ApiError } from "../../../api/api-error.ts";
import { isProtectedLabel } from "../../../api/board-labels.ts";
import type { Node } from "../../../api/kinds/node.ts";
import type { ApiObject } from "../../../api/meta/object-meta.ts";
import { sameJson } from "../../../lib/same-json.ts";
import type { AdmissionRequest, ValidatingStep } from "../../admission/admission.ts";
import { nodeOf } from "../../authentication/well-known-groups.ts";

type NodeRequest = Parameters<ValidatingStep>[1];

/** Throws `ApiError` (403). */
export const restrictNode: ValidatingStep = async (_context, request) => {
  const node = nodeOf(request.identity);
  const { resource, object } = request;
  if (node === undefined || resource.group !== "") return undefined;
  if (resource.plural === "pods") checkPod(request, node);
  if (resource.plural === "pods" && request.subresource === "status" && object !== undefined) {
    const changed = changedLabels(object.metadata.labels ?? {}, request.oldObject?.metadata.labels ?? {});
    if (changed.length > 0) throw refusal(request, "cannot update labels through pod status", node);
  }
  if (resource.plural !== "nodes" || object === undefined || !isNode(object)) return undefined;
  const { name } = object.metadata;
  if (name !== node) throw refusal(request, `node "${node}" is not allowed to modify node "${name}"`);
  checkOwnNode(request, node, object);
  return undefined;
};

/** Labels say which Services and policies a pod is of: reporting its status is no way to change them. */
function checkPod(request: NodeRequest, node: string): void {
  const { operation, object, oldObject } = request;
  if (operation === "CREATE") throw refusal(request, "may not create pods", node);
  if (object === undefined || oldObject === undefined) return;
  if (!sameJson(object.metadata.labels ?? {}, oldObject.metadata.labels ?? {})) {
    throw refusal(request, "cannot update labels through pod status", node);
  }
}

function checkOwnNode(request: NodeRequest, node: string, next: Node): void {
  const { oldObject } = request;
  const current = oldObject !== undefined && isNode(oldObject) ? oldObject : undefined;
  const changed = changedLabels(next.metadata.labels ?? {}, current?.metadata.labels ?? {}).filter(isProtectedLabel);
  if (changed.length > 0) {
    const verb = current === undefined ? "set" : "modify";
    throw refusal(request, `is not allowed to ${verb} the following labels: ${changed.join(", ")}`, node);
  }
  if (current === undefined) return;
  if (!sameJson(next.spec.taints ?? [], current.spec.taints ?? [])) {
    throw refusal(request, "is not allowed to modify taints", node);
  }
  if (!sameJson(next.metadata.ownerReferences ?? [], current.metadata.ownerReferences ?? [])) {
    throw refusal(request, "is not allowed to modify ownerReferences", node);
  }
}

function changedLabels(next: Readonly<Record<string, string>>, current: Readonly<Record<string, string>>): string[] {
  const keys = new Set([...Object.keys(next), ...Object.keys(current)]);
  return [...keys].filter((key) => next[key] !== current[key]).sort();
}

function refusal({ resource, name }: AdmissionRequest, why: string, node?: string): ApiError {
  return ApiError.forbidden(resource, name, node === undefined ? why : `node "${node}" ${why}`);
}

function isNode(object: ApiObject): object is Node {
  return object.apiVersion === "v1" && object.kind === "Node";
}
