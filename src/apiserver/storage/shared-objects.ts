/**
 * One object in memory for each version that anybody in this process still holds: the informers of the scheduler, the
 * controllers and the boards all cache the same pods.
 */
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { Revision, StoreKey } from "../../store/types.ts";
import { decodeObject } from "./object-codec.ts";

export class SharedObjects {
  readonly #held = new Map<string, WeakRef<ApiObject>>();
  readonly #released = new FinalizationRegistry<string>((version) => {
    if (this.#held.get(version)?.deref() === undefined) this.#held.delete(version);
  });
  readonly #prepare: (object: ApiObject) => ApiObject;

  /** `prepare` sees every object before anybody else does; tests freeze it there. */
  constructor(prepare: (object: ApiObject) => ApiObject = (object) => object) {
    this.#prepare = prepare;
  }

  /** The object that `value` is at `revision`, the revision of the put that wrote it. Never to be changed. */
  at(key: StoreKey, revision: Revision, value: string): ApiObject {
    const version = `${key}@${revision}`;
    const known = this.#held.get(version)?.deref();
    if (known !== undefined) return known;
    const object = this.#prepare(decodeObject(value, revision));
    this.#held.set(version, new WeakRef(object));
    this.#released.register(object, version);
    return object;
  }
}
