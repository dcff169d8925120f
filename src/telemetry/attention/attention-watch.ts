/** Keeps the topics of what a person should look at, while anybody hears. */
import type { Attention } from "../../api/telemetry/news.ts";
import type { Clock } from "../../lib/clock.ts";
import { planAttention, type TroubleView } from "./plan.ts";

/** Looking at everything takes a while in a large fleet, and nobody needs to know within a moment. */
const gatherMs = 1_000;

export interface AttentionWatchOptions {
  readonly clock: Clock;
  readonly view: () => TroubleView;
  /** Undefined takes it back. */
  readonly say: (id: string, attention: Attention | undefined) => void;
}

export class AttentionWatch {
  readonly #options: AttentionWatchOptions;
  #attentions: ReadonlyMap<string, Attention> = new Map();
  #cancel: (() => void) | undefined;
  #cancelRecheck = () => {};

  constructor(options: AttentionWatchOptions) {
    this.#options = options;
  }

  /** Something has changed. */
  touch(): void {
    this.#cancel ??= this.#options.clock.after(gatherMs, () => this.look());
  }

  look(): void {
    const { clock, view, say } = this.#options;
    this.stop();
    const { attentions, recheckMs } = planAttention(view(), this.#attentions);
    for (const id of this.#attentions.keys()) if (!attentions.has(id)) say(id, undefined);
    for (const [id, attention] of attentions) say(id, attention);
    this.#attentions = attentions;
    if (recheckMs !== undefined) this.#cancelRecheck = clock.after(recheckMs, () => this.look());
  }

  /** Looks no more until it is touched. */
  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#cancelRecheck();
  }
}
