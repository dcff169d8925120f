/** The ordered key-value storage under the state machine: LevelDB on a board, memory in tests and in the simulation. */

export interface BackendEntry {
  readonly key: string;
  readonly value: string;
}

export type BackendOperation =
  | { readonly type: "put"; readonly key: string; readonly value: string }
  | { readonly type: "delete"; readonly key: string };

export interface BackendRange {
  /** The first key. */
  readonly from: string;
  /** The end, itself not included. */
  readonly to: string;
  readonly limit?: number;
  /** From the last key to the first. */
  readonly reverse?: boolean;
}

/** Keys are ASCII, ordered by code; values are well-formed text. */
export interface StateBackend {
  get(key: string): Promise<string | undefined>;
  /**
   * The values in the order of `keys`, all as of the moment of the call: no write that had not finished by then shows.
   * The state machine relies on it to read consistently beside checkpoints that delete.
   */
  getMany(keys: readonly string[]): Promise<readonly (string | undefined)[]>;
  scan(range: BackendRange): AsyncIterable<BackendEntry>;
  /** All or nothing, also across a power cut, and durable when it resolves. */
  write(batch: readonly BackendOperation[]): Promise<void>;
  close(): Promise<void>;
}
