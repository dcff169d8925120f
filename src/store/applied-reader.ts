/** Reads of the applied state. */
import type { AppliedState } from "./applied-state.ts";
import type {
  KeyValue,
  RangeRequest,
  RangeResult,
  Revision,
  StoreKey,
  StoreReader,
  WatchBatch,
  WatchRequest,
} from "./types.ts";
import type { Version } from "./version.ts";
import type { WatchHub } from "./watch-hub.ts";

export class AppliedReader implements StoreReader {
  readonly #state: AppliedState;
  readonly #watches: WatchHub;

  constructor(state: AppliedState, watches: WatchHub) {
    this.#state = state;
    this.#watches = watches;
  }

  get revision(): Revision {
    return this.#state.index.revision;
  }

  async get(key: StoreKey): Promise<KeyValue | undefined> {
    const version = this.#state.index.visible(key);
    if (version === undefined) return undefined;
    const [found] = await this.#state.keyValues([version], true);
    return found;
  }

  async range(request: RangeRequest): Promise<RangeResult> {
    const { index } = this.#state;
    const at = request.revision ?? index.revision;
    index.requireReadable(at);
    const versions: Version[] = [];
    let remaining = 0;
    for (const version of index.range(request.prefix, request.after, at)) {
      if (versions.length !== request.limit) versions.push(version);
      else remaining += 1;
      if (remaining > 0 && request.counts !== true) break;
    }
    const items = await this.#state.keyValues(versions, false);
    return { items, revision: at, more: remaining > 0, ...(request.counts === true && { remaining }) };
  }

  watch(request: WatchRequest): AsyncIterable<WatchBatch> {
    return this.#watches.watch(request);
  }
}
