/** What the API costs beside what it stands on: a raw replicated put, etcd's, and Node's bare HTTPS server. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startBareServer } from "./bare-https.ts";
import type { BenchRun } from "./bench-run.ts";
import { closedLoop, type LoadFigures } from "./closed-loop.ts";
import { etcdGrpc, ourStore } from "./commit-contestants.ts";
import { EtcdMembers } from "./etcd-members.ts";
import { HttpsClient } from "./https-client.ts";
import { OurVoters } from "./our-voters.ts";
import { accountsPath, defaultAccount, podsPath, podText } from "./pod-shape.ts";
import { median, quantile } from "./statistics.ts";
import { type FanOut, watchFanOut } from "./watch-fan-out.ts";

const podsStored = 1_000;
const storedAtOnce = 16;
const what = ["store put", "etcd put", "POST", "bare GET", "GET", "LIST"] as const;
type What = (typeof what)[number];

interface Turn extends Pick<LoadFigures, "opsPerSecond" | "p50Ms" | "p99Ms"> {
  readonly what: What;
  readonly clients: number;
}

export async function api(bench: BenchRun): Promise<void> {
  const rounds = bench.quick ? 1 : 3;
  const timing = { warmUpMs: bench.quick ? 500 : 1_000, ms: bench.quick ? 1_500 : 4_000 };
  const [oursPlace, etcdPlace] = ["ours", "etcd"].map((name) => join(bench.directory, `api-${name}`));
  if (oursPlace === undefined || etcdPlace === undefined) throw new Error("two systems have two places");
  for (const place of [oursPlace, etcdPlace]) mkdirSync(place);
  const ours = await OurVoters.start(oursPlace);
  const etcd = await EtcdMembers.start(etcdPlace).catch(async (error: unknown) => {
    await ours.stop();
    throw error;
  });
  const leader = await ours.leader();
  const target = ours.httpsTarget(leader);
  const client = new HttpsClient(target);
  try {
    await store(client);
    const stored = await client.text("GET", `${podsPath}/pod-0`);
    const valueBytes = Buffer.byteLength(stored);
    const bare = await startBareServer(ours.serverPki(leader), stored);
    const bareClient = new HttpsClient({ ...target, port: bare.port });
    const name = (at: number) => `${podsPath}/pod-${at % podsStored}`;
    const made: string[] = [];
    const loads: Readonly<Record<What, (clients: number) => Promise<LoadFigures>>> = {
      "store put": (clients) => ourStore(ours, { clients, valueBytes, ...timing }),
      "etcd put": (clients) => etcdGrpc(etcd, { clients, valueBytes, ...timing }),
      POST: (clients) =>
        closedLoop(clients, timing, async () => {
          const pod = `made-${made.length}`;
          made.push(pod);
          await client.text("POST", podsPath, podText(pod));
        }),
      "bare GET": (clients) => closedLoop(clients, timing, (_, turn) => bareClient.text("GET", name(turn))),
      GET: (clients) => closedLoop(clients, timing, (at, turn) => client.text("GET", name(at * 97 + turn))),
      LIST: (clients) => closedLoop(clients, timing, () => client.text("GET", podsPath)),
    };
    const turns: Turn[] = [];
    for (let round = 0; round < rounds; round += 1) {
      for (const clients of [1, 10, 50]) {
        for (const each of what) {
          const { opsPerSecond, p50Ms, p99Ms } = await loads[each](clients);
          turns.push({ what: each, clients, opsPerSecond, p50Ms, p99Ms });
          await remove(client, made.splice(0));
        }
      }
    }
    bareClient.close();
    bare.stop();
    const fanOuts = [];
    for (const watchers of [1, 500]) fanOuts.push(await watchFanOut(client, watchers, bench.quick ? 20 : 100));
    print(valueBytes, turns, fanOuts);
    bench.keep({ valueBytes, turns, fanOuts });
  } finally {
    client.close();
    await Promise.all([ours.stop(), etcd.stop()]);
  }
}

async function store(client: HttpsClient): Promise<void> {
  await client.text("POST", accountsPath, defaultAccount).catch((error: unknown) => {
    if (!String(error).includes(" 409 ")) throw error;
  });
  await atOnce(podsStored, (at) => client.text("POST", podsPath, podText(`pod-${at}`)));
}

/** Lest there be more and more of them. */
async function remove(client: HttpsClient, names: readonly string[]): Promise<void> {
  await atOnce(names.length, (at) => client.text("DELETE", `${podsPath}/${names[at]}?gracePeriodSeconds=0`));
}

async function atOnce(count: number, act: (at: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const run = async () => {
    while (next < count) {
      next += 1;
      await act(next - 1);
    }
  };
  await Promise.all(Array.from({ length: storedAtOnce }, run));
}

function print(valueBytes: number, turns: readonly Turn[], fanOuts: readonly FanOut[]): void {
  const of = (name: What, clients: number, field: "opsPerSecond" | "p50Ms" | "p99Ms") =>
    median(turns.filter((turn) => turn.what === name && turn.clients === clients).map((turn) => turn[field]));
  console.log(`${podsStored} pods of ${valueBytes} B stored; medians    clients    ops/s   p50 ms   p99 ms`);
  for (const clients of [1, 10, 50]) {
    for (const name of what) {
      const cells = [
        of(name, clients, "opsPerSecond").toFixed(0).padStart(9),
        of(name, clients, "p50Ms").toFixed(2).padStart(9),
        of(name, clients, "p99Ms").toFixed(2).padStart(9),
      ];
      console.log(`  ${name.padEnd(34)}${String(clients).padStart(7)}${cells.join("")}`);
    }
  }
  console.log("");
  for (const clients of [1, 10, 50]) {
    const ratio = (a: What, b: What) => (of(a, clients, "p99Ms") / of(b, clients, "p99Ms")).toFixed(2);
    console.log(
      `${clients} clients, p99:  POST × ${ratio("POST", "store put")} of the store's put (goal ≤ 1.5), × ${ratio("POST", "etcd put")} of etcd's;  GET × ${ratio("GET", "bare GET")} of the bare server's (goal ≤ 3)`,
    );
  }
  const commitMs = of("store put", 1, "p50Ms");
  for (const { watchers, delaysMs, lastDelaysMs } of fanOuts) {
    const [p50, p99, last] = [quantile(delaysMs, 0.5), quantile(delaysMs, 0.99), quantile(lastDelaysMs, 0.5)];
    console.log(
      `${watchers} watchers: an event comes ${p50.toFixed(2)} ms after the writer's answer, p99 ${p99.toFixed(2)} ms, the last one's median ${last.toFixed(2)} ms: p99 × ${(p99 / commitMs).toFixed(2)} of one commit's p50 (goal ≤ 1)`,
    );
  }
}
