/** POST to a pod's `binding`: the one way in which a pod gets its board, and gets it once. */
import { ApiError } from "../../api/api-error.ts";
import { type Binding, bindingSchema } from "../../api/kinds/binding.ts";
import { type Pod, podResource } from "../../api/kinds/pod.ts";
import { withCondition } from "../../api/meta/condition.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { ApiStatus } from "../../api/meta/status.ts";
import { formatTime } from "../../api/meta/time.ts";
import { parseBody } from "../../api/parse-object.ts";
import { causesText } from "../../api/validation/cause.ts";
import { admit } from "../admission/admit.ts";
import { changeObject } from "../storage/change-object.ts";
import { isPod } from "./kind-guards.ts";
import { admissionOf, checkPreconditions, writeOptions } from "./submitted.ts";
import type { ObjectRequest, ServerContext } from "./verb-context.ts";

/** Throws `ApiError`; 409 where the pod has a board, or is being deleted. */
export async function bindPod(context: ServerContext, request: ObjectRequest): Promise<ApiStatus> {
  const { resource, name, namespace } = request;
  const { objects, clock } = context;
  const binding = parseBinding(request.body);
  await changeObject(objects, resource, { name, namespace }, writeOptions(request), async (current) => {
    checkPreconditions(resource, current, binding.metadata);
    const object = boundPod(current.object, binding, formatTime(clock.nowMs()));
    const bound = admissionOf(request, { operation: "CREATE", object, oldObject: current.object });
    const { complete, ...admitted } = await admit(context, bound, () => {});
    return { type: "put", ...admitted, object: complete(admitted.object) };
  });
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
}

function parseBinding(body: unknown): Binding {
  const named = typeof body === "object" && body !== null ? { apiVersion: "v1", kind: "Binding", ...body } : body;
  const parsed = parseBody(bindingSchema, named);
  if (!parsed.ok) throw ApiError.badRequest(`Binding: ${causesText(parsed.causes)}`);
  const { kind = "Node", name } = parsed.value.target;
  if (kind !== "Node" || name === undefined) throw ApiError.badRequest("Binding: target: must name a Node");
  return parsed.value;
}

function boundPod(object: ApiObject, { metadata, target }: Binding, now: string): Pod {
  if (!isPod(object)) throw ApiError.badRequest("Binding: only pods can be bound");
  const { name } = object.metadata;
  if (object.metadata.deletionTimestamp !== undefined) {
    throw ApiError.conflict(podResource, name, `pod ${name} is being deleted, cannot be assigned to a node`);
  }
  if (object.spec.nodeName !== undefined) {
    throw ApiError.conflict(podResource, name, `pod ${name} is already assigned to node "${object.spec.nodeName}"`);
  }
  const annotations = { ...object.metadata.annotations, ...metadata.annotations };
  const conditions = withCondition(object.status.conditions, { type: "PodScheduled", status: "True" }, now);
  return {
    ...object,
    metadata: { ...object.metadata, ...(Object.keys(annotations).length > 0 && { annotations }) },
    spec: { ...object.spec, nodeName: target.name },
    status: { ...object.status, conditions },
  };
}
