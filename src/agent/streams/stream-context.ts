/** What the board's streams need of the agent. */
import type { StreamFailure } from "../../api/board-stream.ts";
import type { Logger } from "../../lib/logger.ts";
import type { PodDialler, Runtime } from "../ports.ts";
import type { SliceView } from "../slice/slice-view.ts";
import type { UsageMeter } from "../usage/usage-meter.ts";

export interface StreamContext {
  readonly node: string;
  readonly runtime: Runtime;
  readonly dialler: PodDialler;
  readonly usage: UsageMeter;
  /** The board's figures as Prometheus reads them, where it keeps any. */
  readonly metrics?: () => Promise<string>;
  readonly slice: () => SliceView;
  /** The board's own address, where pods on its network are found. */
  readonly hostAddress: string | undefined;
  readonly log: Logger;
}

/** What was asked for cannot be had: the stream is refused, or ends, with this. */
export class StreamRefusal extends Error {
  override readonly name = "StreamRefusal";
  readonly reason: StreamFailure["reason"];
  constructor(reason: StreamFailure["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}
