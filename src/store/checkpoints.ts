/** Writes what was applied to the backend, one durable batch a checkpoint, each on top of the one before. */
import type { AppliedState } from "./applied-state.ts";
import { changeInventory, takeInventory } from "./inventory.ts";
import { headerKey, headerText, type StateRecord, stateOperation, valueKey } from "./layout.ts";
import type { BackendOperation, StateBackend } from "./state-backend.ts";
import type { Version } from "./version.ts";

export class Checkpoints {
  readonly #backend: StateBackend;
  readonly #state: AppliedState;
  /** What the backend is known to hold, and what it will hold when the writes under way have ended. */
  #durable: StateRecord;
  #intended: StateRecord;
  /** The last write. Once one fails all later ones do: they would leave a gap. */
  #tail: Promise<void> = Promise.resolve();
  readonly #added = new Set<Version>();
  readonly #dropped = new Set<Version>();
  #overlaySize = 0;
  #holds = 0;

  constructor(backend: StateBackend, state: AppliedState, durable: StateRecord) {
    this.#backend = backend;
    this.#state = state;
    this.#durable = durable;
    this.#intended = durable;
  }

  get durable(): StateRecord {
    return this.#durable;
  }

  /** UTF-16 units of values that only memory holds. */
  get overlaySize(): number {
    return this.#overlaySize;
  }

  add(versions: readonly Version[]): void {
    for (const version of versions) {
      this.#added.add(version);
      this.#overlaySize += version.size;
    }
  }

  /** Versions that are no longer in the index. One that was never written never will be. */
  drop(versions: readonly Version[]): void {
    for (const version of versions) {
      this.#state.forget(version);
      if (this.#added.delete(version)) this.#overlaySize -= version.size;
      else this.#dropped.add(version);
    }
  }

  /** Keeps in the backend whatever is there now, until the returned function is called. */
  hold(): () => void {
    this.#holds += 1;
    return () => {
      this.#holds -= 1;
    };
  }

  /** Resolves when the state as of this call is durable; writes nothing when it is already. */
  write(appliedIndex: number, meta: string | undefined): Promise<void> {
    const before = this.#intended;
    const unchanged = meta === undefined || meta === before.meta;
    if (unchanged && appliedIndex === before.appliedIndex) return this.#tail;
    const { revision, compacted } = this.#state.index;
    const added = Array.from(this.#added);
    this.#added.clear();
    const removed = this.#takeRemoved();
    const inventory = changeInventory(before.inventory, takeInventory(added), takeInventory(removed));
    const position = { appliedIndex, revision, compacted, inventory };
    const record = { ...before, ...position, ...(meta !== undefined && { meta }) };
    const operations = [
      ...added.flatMap((version) => putOperations(record.generation, version)),
      ...removed.flatMap((version) => deleteOperations(record.generation, version)),
      stateOperation(record),
    ];
    this.#intended = record;
    this.#tail = this.#tail.then(async () => {
      await this.#backend.write(operations);
      this.#durable = record;
      for (const version of added) {
        this.#overlaySize -= version.size;
        this.#state.settle(version);
      }
    });
    return this.#tail;
  }

  /** Resolves when no write is under way. */
  settled(): Promise<void> {
    return this.#tail;
  }

  /** Makes `record`, already durable, the ground of further checkpoints, and forgets what was to be written before. */
  rebase(record: StateRecord): void {
    this.#durable = record;
    this.#intended = record;
    this.#added.clear();
    this.#dropped.clear();
    this.#overlaySize = 0;
  }

  #takeRemoved(): Version[] {
    if (this.#holds > 0) return [];
    const removed = Array.from(this.#dropped);
    this.#dropped.clear();
    return removed;
  }
}

/** `version` must still carry its value. */
export function putOperations(generation: number, version: Version): BackendOperation[] {
  const header = { type: "put", key: headerKey(generation, version), value: headerText(version) } as const;
  if (version.overlay === undefined) return [header];
  return [header, { type: "put", key: valueKey(generation, version), value: version.overlay }];
}

function deleteOperations(generation: number, version: Version): BackendOperation[] {
  const header = { type: "delete", key: headerKey(generation, version) } as const;
  return version.type === "delete" ? [header] : [header, { type: "delete", key: valueKey(generation, version) }];
}
