/** What an informer knows: the objects of one kind by key, and by whatever else its readers look them up by. */
import type { ApiObject } from "../api/meta/object-meta.ts";

/** `<namespace>/<name>`, or the name alone where the kind has no namespaces. */
export function objectKey(object: { readonly metadata: { name: string; namespace?: string | undefined } }): string {
  const { namespace, name } = object.metadata;
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** The parts of an `objectKey`. */
export function parseObjectKey(key: string): { readonly namespace?: string; readonly name: string } {
  const slash = key.indexOf("/");
  return slash < 0 ? { name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}

/** Objects by a value derived from each; an object may have none or several. */
export interface Index<T> {
  get(value: string): readonly T[];
}

/** A view that is always current and must never be changed: others read the same objects. */
export interface ObjectCache<T> {
  readonly size: number;
  get(key: string): T | undefined;
  values(): Iterable<T>;
  /** The index over `valuesOf`; the same function gives the same index. */
  indexBy(valuesOf: (object: T) => readonly string[]): Index<T>;
}

/** The writing side, which only the informer holds. */
export class IndexedCache<T extends ApiObject> implements ObjectCache<T> {
  readonly #objects = new Map<string, T>();
  readonly #indexes = new Map<(object: T) => readonly string[], Map<string, Map<string, T>>>();

  get size(): number {
    return this.#objects.size;
  }

  get(key: string): T | undefined {
    return this.#objects.get(key);
  }

  values(): Iterable<T> {
    return this.#objects.values();
  }

  keys(): Iterable<string> {
    return this.#objects.keys();
  }

  indexBy(valuesOf: (object: T) => readonly string[]): Index<T> {
    let index = this.#indexes.get(valuesOf);
    if (index === undefined) {
      index = new Map();
      this.#indexes.set(valuesOf, index);
      for (const [key, object] of this.#objects) insert(index, valuesOf(object), key, object);
    }
    const built = index;
    return { get: (value) => Array.from(built.get(value)?.values() ?? []) };
  }

  /** Stores the object and returns the one it replaces. */
  set(key: string, object: T): T | undefined {
    const previous = this.delete(key);
    this.#objects.set(key, object);
    for (const [valuesOf, index] of this.#indexes) insert(index, valuesOf(object), key, object);
    return previous;
  }

  delete(key: string): T | undefined {
    const previous = this.#objects.get(key);
    if (previous === undefined) return undefined;
    this.#objects.delete(key);
    for (const [valuesOf, index] of this.#indexes) {
      for (const value of valuesOf(previous)) {
        const bucket = index.get(value);
        bucket?.delete(key);
        if (bucket?.size === 0) index.delete(value);
      }
    }
    return previous;
  }
}

function insert<T>(index: Map<string, Map<string, T>>, values: readonly string[], key: string, object: T): void {
  for (const value of values) {
    const bucket = index.get(value);
    if (bucket === undefined) index.set(value, new Map([[key, object]]));
    else bucket.set(key, object);
  }
}
