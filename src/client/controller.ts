/** Runs one controller: takes keys from its queue, reconciles each, and decides from the outcome what comes next. */
import { AssertionError, unreachable } from "../lib/assert.ts";
import type { BackoffLimits } from "../lib/backoff.ts";
import type { Clock } from "../lib/clock.ts";
import { messageOf, TerminalError } from "../lib/errors.ts";
import type { Logger } from "../lib/logger.ts";
import type { Counter, MetricRegistry } from "../lib/metrics.ts";
import type { Random } from "../lib/random.ts";
import { WorkQueue } from "./work-queue.ts";

/** What a reconcile asks for next. */
export type Outcome =
  | { readonly kind: "done" }
  /** Look again after this time, although nothing may have changed. */
  | { readonly kind: "after"; readonly delayMs: number }
  /** Somebody else wrote first, or the world is not ready: try again with back-off, which is no failure to log. */
  | { readonly kind: "retry"; readonly why: string };

export const done: Outcome = { kind: "done" };

/** What every controller is given: time, chance and a log. */
export interface Surroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Logger;
  /** Where reconciles are counted, if they are. */
  readonly metrics?: MetricRegistry;
}

export interface ControllerOptions extends Surroundings {
  readonly name: string;
  /** Brings the object named by `key` closer to what it should be, from levels, never from the event that woke it. */
  readonly reconcile: (key: string, signal: AbortSignal) => Promise<Outcome>;
  /** How many keys at once; 1 by default. */
  readonly concurrency?: number;
  readonly backoff?: BackoffLimits;
}

export class Controller {
  readonly #options: ControllerOptions;
  readonly #log: Logger;
  readonly #queue: WorkQueue;
  readonly #counters: Readonly<Record<"done" | "retried" | "failed", Counter>> | undefined;
  #wake: () => void = () => {};

  constructor(options: ControllerOptions) {
    this.#options = options;
    this.#log = options.log.with({ controller: options.name });
    this.#counters = options.metrics && countersOf(options.metrics, options.name);
    this.#queue = new WorkQueue({
      clock: options.clock,
      random: options.random,
      ...(options.backoff && { backoff: options.backoff }),
      onReady: () => this.#wake(),
    });
  }

  enqueue(key: string): void {
    this.#queue.add(key);
  }

  enqueueAfter(key: string, delayMs: number): void {
    this.#queue.addAfter(key, delayMs);
  }

  /** Works until the signal aborts and what was begun has ended. Rejects on a bug: the process must not go on. */
  run(signal: AbortSignal): Promise<void> {
    const concurrency = this.#options.concurrency ?? 1;
    let active = 0;
    return new Promise((resolve, reject) => {
      const finishWhenIdle = () => {
        if (signal.aborted && active === 0) resolve();
      };
      this.#wake = () => {
        while (active < concurrency && !signal.aborted) {
          const key = this.#queue.take();
          if (key === undefined) return;
          active += 1;
          this.#work(key, signal)
            .catch(reject)
            .finally(() => {
              active -= 1;
              this.#queue.done(key);
              if (signal.aborted) finishWhenIdle();
              else this.#wake();
            });
        }
      };
      signal.addEventListener(
        "abort",
        () => {
          this.#queue.stop();
          finishWhenIdle();
        },
        { once: true },
      );
      if (signal.aborted) this.#queue.stop();
      this.#wake();
      finishWhenIdle();
    });
  }

  async #work(key: string, signal: AbortSignal): Promise<void> {
    try {
      this.#schedule(key, await this.#options.reconcile(key, signal));
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof AssertionError) throw error;
      this.#counters?.failed.add();
      if (error instanceof TerminalError) {
        this.#queue.forget(key);
        this.#log.error("given up", { key, reason: messageOf(error) });
        return;
      }
      const delayMs = Math.round(this.#queue.retry(key));
      this.#log.warn("failed, will retry", { key, delayMs, reason: messageOf(error) });
    }
  }

  #schedule(key: string, outcome: Outcome): void {
    this.#counters?.[outcome.kind === "retry" ? "retried" : "done"].add();
    switch (outcome.kind) {
      case "done":
        this.#queue.forget(key);
        break;
      case "after":
        this.#queue.forget(key);
        this.#queue.addAfter(key, outcome.delayMs);
        break;
      case "retry": {
        const delayMs = Math.round(this.#queue.retry(key));
        this.#log.debug("not yet", { key, delayMs, reason: outcome.why });
        break;
      }
      default:
        unreachable(outcome);
    }
  }
}

function countersOf(metrics: MetricRegistry, controller: string) {
  const counter = (outcome: string) =>
    metrics.counter("bramble_reconciles_total", "Objects that controllers have looked at, by outcome.", {
      controller,
      outcome,
    });
  return { done: counter("done"), retried: counter("retried"), failed: counter("failed") };
}
