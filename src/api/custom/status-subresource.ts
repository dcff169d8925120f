/** Gives a custom kind a status that has a path of its own: each of the two paths leaves the other's part alone. */
import type { ApiObject } from "../meta/object-meta.ts";
import type { AnyResource } from "../resource.ts";

export function withStatusSubresource(resource: AnyResource): AnyResource {
  return {
    ...resource,
    subresources: ["status", ...resource.subresources],
    prepareForCreate: (object) => resource.prepareForCreate(withoutStatus(object)),
    prepareForUpdate: (next, current) => resource.prepareForUpdate(withStatusOf(next, current), current),
    prepareForStatusUpdate: (next, current) => withStatusOf(resource.prepareForStatusUpdate(next, current), next),
  };
}

export function withoutStatus(object: ApiObject): ApiObject {
  if (!("status" in object)) return object;
  const { status: _, ...rest } = object;
  return rest;
}

function withStatusOf(object: ApiObject, source: ApiObject): ApiObject {
  const own = withoutStatus(object);
  if (!("status" in source)) return own;
  const { status } = source;
  return Object.assign({}, own, { status });
}
