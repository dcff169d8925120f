/** Values used lately, within a budget: most watches ask for what was just written, and for what it replaced. */
import type { Version } from "./version.ts";

export class ValueCache {
  readonly #values = new Map<Version, string>();
  readonly #sizeMax: number;
  #size = 0;

  /** `sizeMax` is in UTF-16 units: one or two bytes each. */
  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  get(version: Version): string | undefined {
    const value = this.#values.get(version);
    if (value === undefined) return undefined;
    // A map iterates in order of insertion: the oldest entry is the least recently used one.
    this.#values.delete(version);
    this.#values.set(version, value);
    return value;
  }

  set(version: Version, value: string): void {
    this.delete(version);
    this.#values.set(version, value);
    this.#size += value.length;
    for (const [oldest] of this.#values) {
      if (this.#size <= this.#sizeMax) break;
      this.delete(oldest);
    }
  }

  delete(version: Version): void {
    this.#size -= this.#values.get(version)?.length ?? 0;
    this.#values.delete(version);
  }

  clear(): void {
    this.#values.clear();
    this.#size = 0;
  }
}
