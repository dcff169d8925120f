/**
 * Every kind that this voter serves: its own, and those that CustomResourceDefinitions make.
 *
 * Nothing is followed or kept in step: whoever needs a custom kind reads its definition from the store, as this voter
 * has it, and what was made of that version of the definition is made once.
 */
import { servedResources } from "../../api/custom/custom-resources.ts";
import {
  type CustomResourceDefinition,
  customResourceDefinitionResource,
} from "../../api/kinds/apiextensions/custom-resource-definition.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { AnyResource } from "../../api/resource.ts";
import { findResource, resources } from "../../api/resources.ts";
import type { KeyValue, Revision, StoreKey } from "../../store/types.ts";
import { collectionPrefix, objectKey } from "../storage/object-key.ts";
import type { ObjectStore } from "../storage/object-store.ts";

interface Made {
  readonly modRevision: Revision;
  readonly resources: readonly AnyResource[];
}

const pageItems = 100;

export class ServedKinds {
  readonly #objects: ObjectStore;
  readonly #made = new Map<StoreKey, Made>();
  #all: readonly AnyResource[] = resources;

  constructor(objects: ObjectStore) {
    this.#objects = objects;
  }

  async find(group: string, version: string, plural: string): Promise<AnyResource | undefined> {
    const own = findResource(group, version, plural);
    if (own !== undefined || !group.includes(".")) return own;
    const key = objectKey(customResourceDefinitionResource, { name: `${plural}.${group}` });
    const found = await this.#objects.reader.get(key);
    if (found === undefined) this.#made.delete(key);
    return found && this.#resourcesOf(found).find((resource) => resource.version === version);
  }

  /** The same list as before unless a definition has changed. */
  async all(): Promise<readonly AnyResource[]> {
    const custom = await this.#custom();
    const known = this.#all.slice(resources.length);
    const isSame = custom.length === known.length && custom.every((resource, index) => resource === known[index]);
    if (!isSame) this.#all = [...resources, ...custom];
    return this.#all;
  }

  async #custom(): Promise<AnyResource[]> {
    const { reader } = this.#objects;
    const prefix = collectionPrefix(customResourceDefinitionResource, undefined);
    const custom: AnyResource[] = [];
    const keys = new Set<StoreKey>();
    for (let after: StoreKey | undefined = prefix; after !== undefined; ) {
      const page: Awaited<ReturnType<typeof reader.range>> = await reader.range({ prefix, after, limit: pageItems });
      for (const item of page.items) {
        keys.add(item.key);
        custom.push(...this.#resourcesOf(item));
      }
      after = page.more ? page.items.at(-1)?.key : undefined;
    }
    for (const key of this.#made.keys()) if (!keys.has(key)) this.#made.delete(key);
    return custom;
  }

  /** Definitions are long: one is decoded only when it is new. */
  #resourcesOf({ key, modRevision, value }: KeyValue): readonly AnyResource[] {
    const known = this.#made.get(key);
    if (known?.modRevision === modRevision) return known.resources;
    const definition = this.#objects.shared.at(key, modRevision, value);
    const made = isDefinition(definition) ? servedResources(definition) : [];
    this.#made.set(key, { modRevision, resources: made });
    return made;
  }
}

function isDefinition(object: ApiObject): object is CustomResourceDefinition {
  return object.kind === customResourceDefinitionResource.kind;
}
