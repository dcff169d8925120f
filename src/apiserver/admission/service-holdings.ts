/** Which addresses and ports the fleet's Services hold, as this voter knows it: nowhere else is it written. */
import { serviceResource } from "../../api/kinds/service.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { HeldNumbers, type Taken } from "../../api/service-allocation/held-numbers.ts";
import type { Logger } from "../../lib/logger.ts";
import { type Revision, type StoreKey, revision as toRevision } from "../../store/types.ts";
import { FollowedIndex, type Index } from "../storage/followed-index.ts";
import { collectionPrefix } from "../storage/object-key.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { isService } from "../verbs/kind-guards.ts";

/** What is held at a revision. */
export interface HoldingsAt extends Taken {
  /** Every Service that was written up to here is counted. */
  readonly revision: Revision;
}

export class ServiceHoldings {
  readonly #index: FollowedIndex<Counted>;

  constructor(objects: Pick<ObjectStore, "reader" | "shared">, log: Logger) {
    const prefix = collectionPrefix(serviceResource, undefined);
    this.#index = new FollowedIndex({ objects, prefix, empty: () => new Counted(), log });
  }

  /** Without reading anything again; it may lag behind what this voter has applied, as its `revision` tells. */
  current(): Promise<HoldingsAt> {
    return this.#index.current();
  }

  /** As of now, from every Service there is. */
  fresh(): Promise<HoldingsAt> {
    return this.#index.fresh();
  }
}

class Counted implements Index, HoldingsAt {
  revision = toRevision(0);
  readonly #held = new HeldNumbers();

  put(key: StoreKey, object: ApiObject): void {
    if (isService(object)) this.#held.put(key, object);
  }

  delete(key: StoreKey): void {
    this.#held.delete(key);
  }

  hasAddress(address: number): boolean {
    return this.#held.hasAddress(address);
  }

  hasPort(port: number): boolean {
    return this.#held.hasPort(port);
  }
}
