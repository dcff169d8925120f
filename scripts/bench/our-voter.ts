/** A voter of ours as a process of its own, from the outside. */
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { leaves } from "./leftovers.ts";
import { type Opening, type Order, type Report, reportSchema } from "./voter-protocol.ts";

/** As scripts/bramble starts a board. */
export const nodeFlags = ["--max-semi-space-size=2", "--optimize-for-size"];
const mallocSettings = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_TRIM_THRESHOLD_: "131072",
  MALLOC_MMAP_THRESHOLD_: "131072",
};

type ReportOf<Type extends Report["type"]> = Extract<Report, { readonly type: Type }>;

export class OurVoter {
  /** The highest term in which it led, 0 before. */
  termLed = 0;
  apiPort = 0;
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #listeners = new Set<(report: Report) => void>();

  private constructor(bundle: string, extraFlags: readonly string[]) {
    this.#process = fork(bundle, {
      execArgv: [...nodeFlags, ...extraFlags],
      env: { ...process.env, ...mallocSettings },
    });
    this.#exited = once(this.#process, "exit");
    this.#process.once(
      "exit",
      leaves(() => this.#process.kill("SIGKILL")),
    );
    this.#process.on("message", (message) => this.#hear(reportSchema.parse(message)));
    // To a voter that was just killed nothing can be said.
    this.#process.on("error", () => {});
  }

  /** Resolves when it serves. */
  static async start(bundle: string, opening: Opening, extraFlags: readonly string[]): Promise<OurVoter> {
    const voter = new OurVoter(bundle, extraFlags);
    const up = voter.#next("up");
    voter.#process.send(opening);
    voter.apiPort = (await up).apiPort;
    return voter;
  }

  get pid(): number {
    return this.#process.pid ?? Number.NaN;
  }

  get isRunning(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** Sends an order and resolves with what is reported when it is done; rejects when the voter fails. */
  ask<Type extends Report["type"]>(order: Order, type: Type): Promise<ReportOf<Type>> {
    const done = this.#next(type);
    this.#process.send(order);
    return done;
  }

  /** Resolves with its next report of the type. */
  nextLeads(): Promise<ReportOf<"leads">> {
    return this.#next("leads");
  }

  signal(signal: NodeJS.Signals): void {
    process.kill(this.pid, signal);
  }

  async stop(): Promise<void> {
    if (!this.isRunning) return;
    this.#process.send({ type: "stop" } satisfies Order);
    await this.#exited;
  }

  #hear(report: Report): void {
    if (report.type === "leads") this.termLed = Math.max(this.termLed, report.term);
    for (const listener of this.#listeners) listener(report);
  }

  #next<Type extends Report["type"]>(type: Type): Promise<ReportOf<Type>> {
    return new Promise((resolve, reject) => {
      const listener = (report: Report) => {
        if (report.type !== type && report.type !== "failed") return;
        this.#listeners.delete(listener);
        if (report.type === "failed") reject(new Error(report.message));
        else resolve(report as ReportOf<Type>);
      };
      this.#listeners.add(listener);
    });
  }
}
