/** Objects that admission consults besides the submitted one. */
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { AnyResource } from "../../api/resource.ts";
import { collectionPrefix, type ObjectRef, objectKey } from "../storage/object-key.ts";
import type { ObjectStore, StoredObject } from "../storage/object-store.ts";

/** What this voter misses may be there already: only what the fleet has committed counts as absent. */
export async function lookUp(
  fleet: ObjectStore,
  resource: AnyResource,
  ref: ObjectRef,
): Promise<StoredObject | undefined> {
  const key = objectKey(resource, ref);
  const known = await fleet.get(key);
  if (known !== undefined) return known;
  await fleet.barrier(undefined);
  return fleet.get(key);
}

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
