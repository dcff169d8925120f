import { ApiError } from "../../api/api-error.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { KeyValue } from "../../store/types.ts";
import { WrittenJson } from "../rendering/written-json.ts";
import { resourceVersionOption } from "../routing/query-options.ts";
import { objectKey } from "../storage/object-key.ts";
import { waitForRevision } from "./list-objects.ts";
import type { ObjectRequest, ServerContext } from "./verb-context.ts";

/** GET: the object as the fleet last committed it, or with `resourceVersion=0` as this voter knows it. */
export async function getObject(context: ServerContext, request: ObjectRequest): Promise<ApiObject> {
  const { key, modRevision, value } = await find(context, request);
  return context.objects.shared.at(key, modRevision, value);
}

/** As `getObject`, for whoever wants text. */
export async function getObjectText(context: ServerContext, request: ObjectRequest): Promise<WrittenJson> {
  const { key, modRevision, value } = await find(context, request);
  return new WrittenJson(context.objects.text(key, modRevision, value));
}

async function find({ objects }: ServerContext, request: ObjectRequest): Promise<KeyValue> {
  const { resource, namespace, name, query, signal } = request;
  await waitForRevision(objects, resourceVersionOption(query), signal);
  const found = await objects.reader.get(objectKey(resource, { namespace, name }));
  if (found === undefined) throw ApiError.notFound(resource, name);
  return found;
}
