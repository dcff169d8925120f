/**
 * The board's side of its talk with a home voter. Every connection begins a session: the board says which slice it
 * holds, follows the changes by number, and repeats each report until it is acknowledged.
 */
import {
  type AgentLink,
  ackSchema,
  type DownKind,
  type Hello,
  type Report,
  type ReportItem,
  type SliceMessage,
  sliceMessageSchema,
} from "../../api/board-link.ts";
import { backoffMs } from "../../lib/backoff.ts";
import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Random } from "../../lib/random.ts";
import { ReportQueue } from "./report-queue.ts";
import type { SliceHolder } from "./slice-holder.ts";

/** How long an answer may take before the session is begun anew: a voter may have died without closing. */
const answerMsMax = 15_000;
const helloAgain = { delayMsMin: 1_000, delayMsMax: 60_000 };

export interface SessionOptions {
  readonly link: AgentLink;
  readonly slice: SliceHolder;
  readonly version: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Called after the slice in memory and on disk has changed. */
  readonly onSlice: () => void;
  /** Hears what time it is, in milliseconds since 1970, from a voter that knows. */
  readonly onTime?: (timeMs: number) => void;
}

export class AgentSession {
  readonly #options: SessionOptions;
  readonly #reports = new ReportQueue();
  #connected = false;
  #session = "";
  /** The slice message that must come next; undefined until the voter has said where it begins. */
  #sliceNext: number | undefined;
  /** Of the report on its way, or of the last one. The first of a session is 0, as with slices. */
  #reportSequence = -1;
  #failures = 0;
  #cancelTimer = () => {};
  #pending: Promise<void> = Promise.resolve();
  #ended = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    options.link.onConnection((connected) => this.#onConnection(connected));
    options.link.onMessage((kind, payload) => this.#onMessage(kind, payload));
  }

  /** Sends `item` as soon as the link allows, in place of older words about the same object. */
  report(item: ReportItem): void {
    this.#reports.add(item);
    this.#sendReport();
  }

  get unsaid(): number {
    return this.#reports.size;
  }

  end(): void {
    this.#ended = true;
    this.#cancelTimer();
  }

  #onConnection(connected: boolean): void {
    this.#connected = connected;
    this.#cancelTimer();
    if (!connected) return;
    this.#failures = 0;
    this.#begin();
  }

  #begin(): void {
    if (this.#ended || !this.#connected) return;
    const { random, slice, version } = this.#options;
    this.#session = `${random.below(2 ** 32).toString(16)}${random.below(2 ** 32).toString(16)}`;
    this.#sliceNext = undefined;
    this.#reportSequence = -1;
    this.#reports.restore();
    this.#expectAnswer();
    const hello: Hello = { session: this.#session, digest: slice.digest, version };
    this.#send("hello", hello);
  }

  /** Begins anew after a while, longer each time: a voter that answers nonsense must not be flooded. */
  #beginLater(why: string): void {
    const { clock, random, log } = this.#options;
    this.#cancelTimer();
    if (this.#ended || !this.#connected) return;
    log.info("session begins anew", { why });
    const delayMs = this.#failures === 0 ? 0 : backoffMs(helloAgain, this.#failures - 1, random);
    this.#failures += 1;
    this.#cancelTimer = clock.after(delayMs, () => this.#begin());
  }

  #expectAnswer(): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(answerMsMax, () => this.#beginLater("no answer"));
  }

  #onMessage(kind: DownKind, payload: Uint8Array): void {
    if (kind !== "slice" && kind !== "ack") return;
    // One at a time: a slice is on disk before the next message is looked at.
    this.#pending = this.#pending.then(async () => {
      try {
        const body: unknown = JSON.parse(new TextDecoder().decode(payload));
        if (kind === "slice") await this.#onSlice(sliceMessageSchema.parse(body));
        else this.#onAck(ackSchema.parse(body));
      } catch (thrown) {
        this.#options.log.error("cannot take a message from the voter", { kind, error: messageOf(thrown) });
        this.#beginLater("unreadable message");
      }
    });
  }

  async #onSlice(message: SliceMessage): Promise<void> {
    if (message.session !== this.#session || this.#ended) return;
    const isFirst = this.#sliceNext === undefined;
    if (isFirst ? message.type === "change" : message.sequence !== this.#sliceNext) {
      this.#beginLater("a slice message is missing");
      return;
    }
    this.#sliceNext = message.sequence + 1;
    if (message.type !== "change" && message.timeMs !== undefined) this.#options.onTime?.(message.timeMs);
    const { changed, inStep } = await this.#options.slice.take(message);
    if (changed) this.#options.onSlice();
    if (!inStep) {
      this.#beginLater("the slice differs from the voter's");
      return;
    }
    if (!isFirst) return;
    this.#cancelTimer();
    this.#failures = 0;
    this.#sendReport();
  }

  #onAck({ session, sequence }: { session: string; sequence: number }): void {
    if (session !== this.#session || sequence < this.#reportSequence) return;
    this.#cancelTimer();
    this.#reports.acknowledge();
    this.#sendReport();
  }

  /** One report is on its way at a time; what is said meanwhile goes into the next. */
  #sendReport(): void {
    if (!this.#connected || this.#sliceNext === undefined) return;
    const items = this.#reports.take();
    if (items === undefined) return;
    this.#reportSequence += 1;
    const report: Report = { session: this.#session, sequence: this.#reportSequence, items: [...items] };
    this.#expectAnswer();
    this.#send("report", report);
  }

  #send(kind: "hello" | "report", body: Hello | Report): void {
    this.#options.link.send(kind, new TextEncoder().encode(JSON.stringify(body))).catch((thrown: unknown) => {
      this.#options.log.debug("cannot reach the voter", { kind, error: messageOf(thrown) });
    });
  }
}
