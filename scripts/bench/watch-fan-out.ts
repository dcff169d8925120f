/** How long after its answer a change shows to those who watch. */
import type { HttpsClient } from "./https-client.ts";
import { podsPath, podText } from "./pod-shape.ts";

export interface FanOut {
  readonly watchers: number;
  /** From the answer to the writer to the event at each watcher, all changes together; 0 where the event came first. */
  readonly delaysMs: readonly number[];
  /** The same, to the last watcher of each change. */
  readonly lastDelaysMs: readonly number[];
}

export async function watchFanOut(client: HttpsClient, watchers: number, changes: number): Promise<FanOut> {
  const arrivals = new Map<string, number[]>();
  let arrived: (() => void) | undefined;
  const hear = (line: string) => {
    const atMs = performance.now();
    const name = /"name":"(watched-\d+-\d+)"/.exec(line)?.[1];
    if (name === undefined || !line.startsWith('{"type":"ADDED"')) return;
    const seen = arrivals.get(name) ?? [];
    arrivals.set(name, seen);
    if (seen.push(atMs) === watchers) arrived?.();
  };
  const { metadata } = JSON.parse(await client.text("GET", `${podsPath}?limit=1`));
  const path = `${podsPath}?watch=1&resourceVersion=${metadata.resourceVersion}`;
  const open = Array.from({ length: watchers }, () => client.lines(path, hear));
  const streams = await Promise.all(open);
  const delaysMs: number[] = [];
  const lastDelaysMs: number[] = [];
  const names = Array.from({ length: changes }, (_, at) => `watched-${watchers}-${at}`);
  for (const name of names) {
    const all = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await client.text("POST", podsPath, podText(name));
    const answeredMs = performance.now();
    await all;
    const delays = (arrivals.get(name) ?? []).map((atMs) => Math.max(0, atMs - answeredMs));
    delaysMs.push(...delays);
    lastDelaysMs.push(Math.max(...delays));
  }
  for (const stream of streams) stream.close();
  for (const name of names) await client.text("DELETE", `${podsPath}/${name}?gracePeriodSeconds=0`);
  return { watchers, delaysMs, lastDelaysMs };
}
