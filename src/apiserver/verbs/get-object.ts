import { ApiError } from "../../api/api-error.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { KeyValue } from "../../store/types.ts";
import { type Piece, WrittenJson } from "../rendering/written-json.ts";
import { resourceVersionOption } from "../routing/query-options.ts";
import { objectKey } from "../storage/object-key.ts";
import { waitForRevision } from "./list-objects.ts";
import type { ObjectRequest, ServerContext } from "./verb-context.ts";

/** GET: the object as the fleet last committed it, or with `resourceVersion=0` as this voter knows it. */
export async function getObject(context: ServerContext, request: ObjectRequest): Promise<ApiObject> {
  await waitForAsked(context, request);
  const { key, modRevision, value } = await find(context, request);
  return context.objects.shared.at(key, modRevision, value);
}

/** As `getObject`, for whoever wants text; where there is no object, reading it says so. */
export async function getObjectText(context: ServerContext, request: ObjectRequest): Promise<WrittenJson> {
  await waitForAsked(context, request);
  return new WrittenJson(readText(context, request));
}

async function* readText(context: ServerContext, request: ObjectRequest): AsyncGenerator<Piece, void, undefined> {
  const { key, modRevision, value } = await find(context, request);
  yield { text: context.objects.text(key, modRevision, value), isLast: true };
}

function waitForAsked({ objects }: ServerContext, { query, signal }: ObjectRequest): Promise<void> {
  return waitForRevision(objects, resourceVersionOption(query), signal);
}

async function find({ objects }: ServerContext, { resource, namespace, name }: ObjectRequest): Promise<KeyValue> {
  const found = await objects.reader.get(objectKey(resource, { namespace, name }));
  if (found === undefined) throw ApiError.notFound(resource, name);
  return found;
}
