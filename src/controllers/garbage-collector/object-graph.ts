/** Who owns whom among the objects of all kinds, as far as the fleet's state has reached this process. */
import type { ApiObject, OwnerReference } from "../../api/meta/object-meta.ts";
import { type AnyResource, qualifiedPlural } from "../../api/resource.ts";
import { findResourceOfKind, storedResources } from "../../api/resources.ts";
import type { Informer } from "../../client/informer.ts";
import type { Index } from "../../client/object-cache.ts";
import { objectKey } from "../../client/object-cache.ts";
import type { SharedInformers } from "../../client/shared-informers.ts";
import { byOwnerUid } from "../indexes.ts";

/** An object somewhere in the graph. */
export interface GraphObject {
  readonly resource: AnyResource;
  readonly object: ApiObject;
}

interface Followed {
  readonly resource: AnyResource;
  readonly informer: Informer<ApiObject>;
  readonly byOwner: Index<ApiObject>;
}

/** Where an owner must be. */
export type OwnerPlace =
  /** Its kind is not served, or lives in namespaces while its dependent does not: nobody can say whether it is there. */
  | { readonly type: "nowhere" }
  | { readonly type: "somewhere"; readonly resource: AnyResource; readonly name: string; readonly namespace?: string };

/** Only the metadata of objects is kept. Events own nothing, nobody owns them, and there are many. */
export class ObjectGraph {
  readonly #followed: ReadonlyMap<string, Followed>;

  constructor(informers: SharedInformers) {
    const kinds = storedResources.filter(({ kind }) => kind !== "Event");
    this.#followed = new Map(
      kinds.map((resource) => {
        const informer = informers.forMetadata(resource);
        return [qualifiedPlural(resource), { resource, informer, byOwner: informer.cache.indexBy(byOwnerUid) }];
      }),
    );
  }

  get followed(): Iterable<Followed> {
    return this.#followed.values();
  }

  get(key: string): GraphObject | undefined {
    const colon = key.indexOf(":");
    const followed = this.#followed.get(key.slice(0, colon));
    const object = followed?.informer.cache.get(key.slice(colon + 1));
    return followed && object && { resource: followed.resource, object };
  }

  dependentsOf(uid: string | undefined): readonly GraphObject[] {
    if (uid === undefined) return [];
    const all: GraphObject[] = [];
    for (const { resource, byOwner } of this.#followed.values())
      for (const object of byOwner.get(uid)) all.push({ resource, object });
    return all;
  }

  placeOf(owner: OwnerReference, dependent: ApiObject): OwnerPlace {
    const served = findResourceOfKind(owner.apiVersion, owner.kind);
    const resource = served?.conversion?.stored ?? served;
    if (resource === undefined || !this.#followed.has(qualifiedPlural(resource))) return { type: "nowhere" };
    const { namespace } = dependent.metadata;
    if (!resource.namespaced) return { type: "somewhere", resource, name: owner.name };
    return namespace === undefined ? { type: "nowhere" } : { type: "somewhere", resource, name: owner.name, namespace };
  }

  /** The owner as it is known here, where it is. */
  knownOwner(owner: OwnerReference, dependent: ApiObject): GraphObject | undefined {
    const place = this.placeOf(owner, dependent);
    if (place.type === "nowhere") return undefined;
    const found = this.get(graphKey(place.resource, { metadata: place }));
    return found?.object.metadata.uid === owner.uid ? found : undefined;
  }

  informerOf(resource: AnyResource): Informer<ApiObject> | undefined {
    return this.#followed.get(qualifiedPlural(resource))?.informer;
  }
}

/** `deployments.apps:default/web` */
export function graphKey(resource: AnyResource, object: Parameters<typeof objectKey>[0]): string {
  return `${qualifiedPlural(resource)}:${objectKey(object)}`;
}
