/** Load from clients that each wait for their answer before they ask again. */
import { quantile } from "./statistics.ts";

export interface LoadFigures {
  /** All that were answered, the uncounted too: what the processor's time was spent on. */
  readonly answered: number;
  readonly operations: number;
  readonly opsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Runs for `warmUpMs` uncounted, then `ms` counted. `act` is told which client asks, and how often it has before. */
export async function closedLoop(
  clients: number,
  { warmUpMs, ms }: { readonly warmUpMs: number; readonly ms: number },
  act: (client: number, turn: number) => Promise<unknown>,
): Promise<LoadFigures> {
  const latenciesMs: number[] = [];
  let answered = 0;
  const countFrom = performance.now() + warmUpMs;
  const until = countFrom + ms;
  const run = async (client: number) => {
    for (let turn = 0; ; turn += 1) {
      const askedAt = performance.now();
      if (askedAt >= until) return;
      await act(client, turn);
      const answeredAt = performance.now();
      answered += 1;
      if (askedAt >= countFrom && answeredAt <= until) latenciesMs.push(answeredAt - askedAt);
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, client) => run(client)));
  const operations = latenciesMs.length;
  const [p50Ms, p99Ms] = [quantile(latenciesMs, 0.5), quantile(latenciesMs, 0.99)];
  return { answered, operations, opsPerSecond: operations / (ms / 1_000), p50Ms, p99Ms };
}
