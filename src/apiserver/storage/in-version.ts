/** An object store as requests see it that speak another version than the one their kind is stored in. */
import type { AnyResource } from "../../api/resource.ts";
import type { ObjectStore } from "./object-store.ts";

/** Reads give objects in the version of `resource`; `encodeObject` stores objects of any version in the stored one. */
export function inVersionOf({ conversion }: AnyResource, objects: ObjectStore): ObjectStore {
  if (conversion === undefined) return objects;
  const { fromStored } = conversion;
  return {
    reader: objects.reader,
    shared: { at: (key, revision, value) => fromStored(objects.shared.at(key, revision, value)) },
    text: (key, revision, value) => JSON.stringify(fromStored(objects.shared.at(key, revision, value))),
    decode: (value, revision) => fromStored(objects.decode(value, revision)),
    async get(key) {
      const found = await objects.get(key);
      return found && { ...found, object: fromStored(found.object) };
    },
    barrier: (signal) => objects.barrier(signal),
    commit: (txn, signal) => objects.commit(txn, signal),
  };
}
