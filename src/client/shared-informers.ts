/** One watch a kind, however many follow it. */
import type { ApiObject } from "../api/meta/object-meta.ts";
import { type AnyResource, qualifiedPlural, type Resource } from "../api/resource.ts";
import { assert } from "../lib/assert.ts";
import type { ApiClient } from "./api-client.ts";
import type { Surroundings } from "./controller.ts";
import { type Informer, WatchingInformer } from "./informer.ts";

interface Follower {
  run(signal: AbortSignal): Promise<void>;
  whenSynced(signal: AbortSignal): Promise<void>;
}

export interface FollowedMetadata {
  readonly informer: Informer<ApiObject>;
  /** Follows it no longer. */
  end(): void;
}

/** The informers of one client. Whoever needs a kind asks for it before `run`. */
export class SharedInformers {
  readonly #client: ApiClient;
  readonly #surroundings: Surroundings;
  readonly #followers: Follower[] = [];
  #signal: AbortSignal | undefined;
  readonly #metadata = new Map<AnyResource, Informer<ApiObject>>();
  /** Keeps each informer with its resource, so that its type is known again. */
  readonly #informers = new WeakMap<AnyResource, unknown>();

  constructor(client: ApiClient, surroundings: Surroundings) {
    this.#client = client;
    this.#surroundings = surroundings;
  }

  /** The informer of `resource`, the same for everybody. */
  for<T extends ApiObject>(resource: Resource<T>): Informer<T> {
    const known = this.#informers.get(resource);
    // Stored below for this very resource, and therefore of its type.
    if (known !== undefined) return known as Informer<T>;
    assert(this.#signal === undefined, "kinds are asked for before they are followed");
    const client = this.#client;
    const informer = new WatchingInformer<T>(
      qualifiedPlural(resource),
      {
        list: (signal) => client.list(resource, {}, signal),
        watch: (resourceVersion, signal) => client.watch(resource, resourceVersion, {}, signal),
      },
      this.#surroundings,
    );
    this.#informers.set(resource, informer);
    this.#followers.push(informer);
    return informer;
  }

  /** As `for`, of what objects say about themselves alone: whatever else is in them takes no memory here. */
  forMetadata(resource: AnyResource): Informer<ApiObject> {
    const known = this.#metadata.get(resource);
    if (known !== undefined) return known;
    assert(this.#signal === undefined, "kinds are asked for before they are followed");
    const informer = this.#metadataInformer(resource);
    this.#metadata.set(resource, informer);
    this.#followers.push(informer);
    return informer;
  }

  /** As `forMetadata`, for a kind that comes while others are followed already, and for one caller alone. */
  followMetadata(resource: AnyResource): FollowedMetadata {
    const ending = new AbortController();
    const informer = this.#metadataInformer(resource);
    assert(this.#signal !== undefined, "kinds that come later are followed once the others are");
    const signal = AbortSignal.any([this.#signal, ending.signal]);
    // A bug ends the process, as it does in any other informer.
    void informer.run(signal);
    return { informer, end: () => ending.abort() };
  }

  #metadataInformer(resource: AnyResource): WatchingInformer<ApiObject> {
    const client = this.#client;
    return new WatchingInformer<ApiObject>(
      `${qualifiedPlural(resource)} (metadata)`,
      {
        list: async (signal) => {
          const list = await client.list(resource, {}, signal);
          return { ...list, items: list.items.map(metadataOf) };
        },
        async *watch(resourceVersion, signal) {
          for await (const event of client.watch(resource, resourceVersion, {}, signal)) {
            yield "object" in event ? { ...event, object: metadataOf(event.object) } : event;
          }
        },
      },
      this.#surroundings,
    );
  }

  /** Follows every kind that was asked for, until the signal aborts and all have ended. */
  async run(signal: AbortSignal): Promise<void> {
    this.#signal = signal;
    await Promise.all(this.#followers.map((informer) => informer.run(signal)));
  }

  /** Resolves once every kind that was asked for has been listed. */
  async whenSynced(signal: AbortSignal): Promise<void> {
    await Promise.all(this.#followers.map((informer) => informer.whenSynced(signal)));
  }
}

function metadataOf({ apiVersion, kind, metadata }: ApiObject): ApiObject {
  const { managedFields: _, annotations: __, labels: ___, ...rest } = metadata;
  return { apiVersion, kind, metadata: rest };
}
