/** Who owns whom among the objects of all kinds, as far as the fleet's state has reached this process. */

import { servedResources } from "../../api/custom/custom-resources.ts";
import {
  type CustomResourceDefinition,
  customResourceDefinitionResource,
} from "../../api/kinds/apiextensions/custom-resource-definition.ts";
import type { ApiObject, OwnerReference } from "../../api/meta/object-meta.ts";
import { type AnyResource, qualifiedPlural } from "../../api/resource.ts";
import { findResourceOfKind, storedResources } from "../../api/resources.ts";
import type { Change, Informer } from "../../client/informer.ts";
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
  /** Of a kind that may go again. */
  readonly end?: () => void;
}

/** Where an owner must be. */
export type OwnerPlace =
  /** Its kind is not served, or lives in namespaces while its dependent does not: nobody can say whether it is there. */
  | { readonly type: "nowhere" }
  | { readonly type: "somewhere"; readonly resource: AnyResource; readonly name: string; readonly namespace?: string };

/** Only the metadata of objects is kept. Events own nothing, nobody owns them, and there are many. */
export class ObjectGraph {
  readonly #informers: SharedInformers;
  readonly #followed = new Map<string, Followed>();
  readonly #onChange: (resource: AnyResource, change: Change<ApiObject>) => void;

  /** `onChange` is told of every object of every kind that is followed, now or later. */
  constructor(informers: SharedInformers, onChange: (resource: AnyResource, change: Change<ApiObject>) => void) {
    this.#informers = informers;
    this.#onChange = onChange;
    for (const resource of storedResources)
      if (resource.kind !== "Event") this.#follow(resource, { informer: informers.forMetadata(resource) });
    informers.for(customResourceDefinitionResource).onChange(({ type, object }) => {
      if (type === "deleted") this.#forget(object);
      else this.#followCustom(object);
    });
  }

  /** Whether the objects of all kinds are known that were there when the kind was. */
  get synced(): boolean {
    return this.#followed.values().every(({ informer }) => informer.synced);
  }

  #follow(resource: AnyResource, { informer, end }: Pick<Followed, "informer" | "end">): void {
    const byOwner = informer.cache.indexBy(byOwnerUid);
    this.#followed.set(qualifiedPlural(resource), { resource, informer, byOwner, ...(end && { end }) });
    informer.onChange((change) => this.#onChange(resource, change));
  }

  /** One version of a custom kind shows the objects of all. */
  #followCustom(definition: CustomResourceDefinition): void {
    const [resource] = servedResources(definition);
    const known = this.#followed.get(definition.metadata.name);
    if (known?.resource.version === resource?.version) return;
    this.#forget(definition);
    if (resource !== undefined) this.#follow(resource, this.#informers.followMetadata(resource));
  }

  #forget({ metadata }: CustomResourceDefinition): void {
    this.#followed.get(metadata.name)?.end?.();
    this.#followed.delete(metadata.name);
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
    const resource = this.#resourceOf(owner);
    if (resource === undefined) return { type: "nowhere" };
    const { namespace } = dependent.metadata;
    if (!resource.namespaced) return { type: "somewhere", resource, name: owner.name };
    return namespace === undefined ? { type: "nowhere" } : { type: "somewhere", resource, name: owner.name, namespace };
  }

  #resourceOf({ apiVersion, kind }: OwnerReference): AnyResource | undefined {
    const served = findResourceOfKind(apiVersion, kind);
    const resource = served?.conversion?.stored ?? served;
    if (resource !== undefined) return this.#followed.get(qualifiedPlural(resource))?.resource;
    const [group] = apiVersion.split("/");
    const isOfKind = (candidate: AnyResource) => candidate.group === group && candidate.kind === kind;
    return this.#followed.values().find((followed) => isOfKind(followed.resource))?.resource;
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
