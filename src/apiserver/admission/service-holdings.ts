/** Which addresses and ports the fleet's Services hold, as this voter knows it: nowhere else is it written. */
import { serviceResource } from "../../api/kinds/service.ts";
import { HeldNumbers, type Taken } from "../../api/service-allocation/held-numbers.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Revision, StoreKey } from "../../store/types.ts";
import { collectionPrefix } from "../storage/object-key.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { isService } from "../verbs/kind-guards.ts";

const prefix = collectionPrefix(serviceResource, undefined);

/** What is held at a revision. */
export interface HoldingsAt extends Taken {
  /** Every Service that was written up to here is counted. */
  readonly revision: Revision;
}

/** Nothing is read before the first question; after that the watch goes on until the store closes. */
export class ServiceHoldings {
  readonly #objects: Pick<ObjectStore, "reader" | "shared">;
  readonly #log: Logger;
  #following: Promise<Counted> | undefined;

  constructor(objects: Pick<ObjectStore, "reader" | "shared">, log: Logger) {
    this.#objects = objects;
    this.#log = log;
  }

  /** Without reading anything again; it may lag behind what this voter has applied, as its `revision` tells. */
  async current(): Promise<HoldingsAt> {
    this.#following ??= this.#follow();
    try {
      return await this.#following;
    } catch (thrown) {
      this.#following = undefined;
      throw thrown;
    }
  }

  /** As of now, from every Service there is. */
  fresh(): Promise<HoldingsAt> {
    return this.#read();
  }

  async #follow(): Promise<Counted> {
    const counted = await this.#read();
    void this.#watch(counted);
    return counted;
  }

  async #read(): Promise<Counted> {
    const { items, revision } = await this.#objects.reader.range({ prefix });
    const counted = new Counted(revision);
    for (const { key, modRevision, value } of items) this.#count(counted, key, modRevision, value);
    return counted;
  }

  async #watch(counted: Counted): Promise<void> {
    const request = { prefix, after: counted.revision, signal: new AbortController().signal };
    try {
      for await (const { revision, events } of this.#objects.reader.watch(request)) {
        for (const event of events) {
          if (event.type === "put") this.#count(counted, event.key, event.revision, event.value);
          else counted.held.delete(event.key);
        }
        counted.revision = revision;
      }
    } catch (thrown) {
      this.#log.warn("Services are read anew: their watch has ended", { reason: messageOf(thrown) });
    }
    this.#following = undefined;
  }

  #count({ held }: Counted, key: StoreKey, revision: Revision, value: string): void {
    const object = this.#objects.shared.at(key, revision, value);
    if (isService(object)) held.put(key, object);
  }
}

class Counted implements HoldingsAt {
  readonly held = new HeldNumbers();
  revision: Revision;

  constructor(revision: Revision) {
    this.revision = revision;
  }

  hasAddress(address: number): boolean {
    return this.held.hasAddress(address);
  }

  hasPort(port: number): boolean {
    return this.held.hasPort(port);
  }
}
