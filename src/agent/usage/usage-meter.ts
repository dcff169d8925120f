/**
 * Measures what this board and its containers use, when somebody asks. Nothing is measured in between: an idle board has
 * better things to do, and whoever asks again soon is told the same.
 */
import type { BoardUsage, Usage } from "../../api/board-usage.ts";
import { type Clock, delay } from "../../lib/clock.ts";
import { label, observePods } from "../pod/observed-pod.ts";
import type { BoardMeter, Runtime, UsageReading } from "../ports.ts";

const windowMs = 1_000;
const keptMs = 10_000;

export interface UsageMeterOptions {
  readonly runtime: Pick<Runtime, "list" | "usage">;
  readonly meter: BoardMeter;
  readonly clock: Clock;
}

interface Readings {
  readonly atMs: number;
  readonly board: UsageReading;
  readonly containers: ReadonlyMap<string, UsageReading>;
}

export class UsageMeter {
  readonly #options: UsageMeterOptions;
  #latest: { readonly atMs: number; readonly usage: Promise<BoardUsage> } | undefined;

  constructor(options: UsageMeterOptions) {
    this.#options = options;
  }

  /** Takes a second, or nothing where it was measured within the last ten. */
  measure(): Promise<BoardUsage> {
    const atMs = this.#options.clock.monotonicMs();
    if (this.#latest === undefined || atMs - this.#latest.atMs > keptMs) {
      const usage = this.#measure();
      this.#latest = { atMs, usage };
      usage.catch(() => {
        this.#latest = undefined;
      });
    }
    return this.#latest.usage;
  }

  async #measure(): Promise<BoardUsage> {
    const { runtime, clock } = this.#options;
    const pods = Array.from(observePods(await runtime.list(label.uid)).values());
    const ids = pods.flatMap(({ containers }) =>
      containers.filter(({ state }) => state === "running").map(({ id }) => id),
    );
    const before = await this.#read(ids);
    await delay(clock, windowMs);
    const after = await this.#read(ids);
    const elapsedMs = after.atMs - before.atMs;
    const usageOf = (id: string) => between(before.containers.get(id), after.containers.get(id), elapsedMs);
    return {
      measuredMs: clock.nowMs(),
      windowMs: elapsedMs,
      board: between(before.board, after.board, elapsedMs) ?? { cpuNanoCores: 0, memoryBytes: 0 },
      pods: pods
        .map(({ namespace, name, uid, containers }) => ({
          namespace,
          name,
          uid,
          containers: containers.flatMap((container) => {
            const usage = usageOf(container.id);
            return usage === undefined ? [] : [{ name: container.name, ...usage }];
          }),
        }))
        .filter(({ containers }) => containers.length > 0),
    };
  }

  async #read(ids: readonly string[]): Promise<Readings> {
    const { runtime, meter, clock } = this.#options;
    const readings = await Promise.all(ids.map(async (id) => [id, await runtime.usage(id)] as const));
    const known = readings.flatMap(([id, reading]) => (reading === undefined ? [] : [[id, reading] as const]));
    return { atMs: clock.monotonicMs(), board: await meter.read(), containers: new Map(known) };
  }
}

/** Undefined where there are not two readings, or the counter began anew between them. */
function between(
  before: UsageReading | undefined,
  after: UsageReading | undefined,
  elapsedMs: number,
): Usage | undefined {
  if (before === undefined || after === undefined || after.cpuNs < before.cpuNs) return undefined;
  const cpuNanoCores = Math.round(((after.cpuNs - before.cpuNs) * 1000) / elapsedMs);
  return { cpuNanoCores, memoryBytes: after.memoryBytes };
}
