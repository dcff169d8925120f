import { ApiError } from "../../api/api-error.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { resourceVersionOption } from "../routing/query-options.ts";
import { objectKey } from "../storage/object-key.ts";
import { waitForRevision } from "./list-objects.ts";
import type { ObjectRequest, ServerContext } from "./verb-context.ts";

/** GET: the object as the fleet last committed it, or with `resourceVersion=0` as this voter knows it. */
export async function getObject({ objects }: ServerContext, request: ObjectRequest): Promise<ApiObject> {
  const { resource, namespace, name, query, signal } = request;
  await waitForRevision(objects, resourceVersionOption(query), signal);
  const found = await objects.get(objectKey(resource, { namespace, name }));
  if (found === undefined) throw ApiError.notFound(resource, name);
  return found.object;
}
