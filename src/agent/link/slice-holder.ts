/** The slice that the board holds, in memory and on its disk, and what the voter's messages make of it. */
import { createHash } from "node:crypto";
import { type SliceMessage, type SliceObject, sliceInventory, sliceKey } from "../../api/board-link.ts";
import type { SliceStore } from "../ports.ts";
import type { SliceObjects } from "../slice/slice-view.ts";

export class SliceHolder {
  readonly #store: SliceStore;
  #objects = new Map<string, SliceObject>();
  #digest = "";
  #known = false;

  constructor(store: SliceStore) {
    this.#store = store;
  }

  async load(): Promise<void> {
    const objects = await this.#store.load();
    if (objects === undefined) return;
    this.#known = true;
    this.#hold(new Map(objects.map((object) => [sliceKey(object), object])));
  }

  /** False until the board has been told its slice once, in this life or an earlier one. */
  get known(): boolean {
    return this.#known;
  }

  get objects(): SliceObjects {
    return this.#objects;
  }

  /** Of what is held; empty while nothing is known, which no slice's digest is. */
  get digest(): string {
    return this.#digest;
  }

  /**
   * Takes a message whose turn it is; writes to disk only what changed. Resolves with whether the board now holds
   * what the voter holds: when not, it must ask for the whole.
   */
  async take(message: SliceMessage): Promise<{ readonly changed: boolean; readonly inStep: boolean }> {
    if (message.type === "current") return { changed: false, inStep: message.digest === this.#digest };
    if (message.digest === this.#digest) return { changed: false, inStep: true };
    if (message.type === "whole") {
      await this.#store.replace(message.objects);
      this.#known = true;
      this.#hold(new Map(message.objects.map((object) => [sliceKey(object), object])));
    } else {
      if (!this.#known) return { changed: false, inStep: false };
      const next = new Map(this.#objects);
      for (const key of message.removes) next.delete(key);
      for (const object of message.upserts) next.set(sliceKey(object), object);
      await this.#store.change(message.upserts, message.removes);
      this.#hold(next);
    }
    return { changed: true, inStep: message.digest === this.#digest };
  }

  #hold(objects: Map<string, SliceObject>): void {
    this.#objects = objects;
    this.#digest = createHash("sha256").update(sliceInventory(objects.values())).digest("hex");
  }
}
