/** What went wrong with a pod's steps, and when each may be tried again. */
import { type BackoffLimits, backoffMs } from "../../lib/backoff.ts";
import type { Random } from "../../lib/random.ts";
import type { Problem } from "./container-status.ts";

const image: BackoffLimits = { delayMsMin: 10_000, delayMsMax: 300_000 };
const other: BackoffLimits = { delayMsMin: 1_000, delayMsMax: 60_000 };
/** Mended by a change of the slice, and tried again at once when it comes. */
const slicesFault = new Set(["CreateContainerConfigError", "FailedMount", "NetworkNotReady", "ErrImageNeverPull"]);

export class StepRetries {
  readonly #random: Random;
  readonly #attempts = new Map<string, number>();
  readonly #problems = new Map<string, Problem>();
  readonly #retryAtMs = new Map<string, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** By container name; the empty name stands for the pod. */
  get problems(): ReadonlyMap<string, Problem> {
    return this.#problems;
  }

  get retryAtMs(): ReadonlyMap<string, number> {
    return this.#retryAtMs;
  }

  failed(name: string, problem: Problem, nowMs: number): void {
    const attempt = this.#attempts.get(name) ?? 0;
    this.#attempts.set(name, attempt + 1);
    const isPull = problem.reason === "ErrImagePull";
    this.#problems.set(name, isPull && attempt > 0 ? { ...problem, reason: "ImagePullBackOff" } : problem);
    this.#retryAtMs.set(name, nowMs + backoffMs(isPull ? image : other, attempt, this.#random));
  }

  succeeded(name: string): void {
    this.#attempts.delete(name);
    this.#problems.delete(name);
    this.#retryAtMs.delete(name);
  }

  sliceChanged(): void {
    for (const [name, { reason }] of this.#problems) if (slicesFault.has(reason)) this.#retryAtMs.delete(name);
  }
}
