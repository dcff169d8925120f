/** Objects that admission consults besides the submitted one. */
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { AnyResource } from "../../api/resource.ts";
import { collectionPrefix } from "../storage/object-key.ts";
import type { ObjectStore, StoredObject } from "../storage/object-store.ts";

/** Every object of a kind, of one namespace where it is given, as this voter knows them. */
export async function lookUpAll(
  fleet: ObjectStore,
  resource: AnyResource,
  namespace: string | undefined,
): Promise<readonly (StoredObject & { readonly key: string })[]> {
  const { items } = await fleet.reader.range({ prefix: collectionPrefix(resource, namespace) });
  return items.map(({ key, modRevision, value }) => ({
    key,
    modRevision,
    object: fleet.shared.at(key, modRevision, value) satisfies ApiObject,
  }));
}
