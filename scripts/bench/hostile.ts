/** What hostile inputs, each repeated for a while, cost a leader in memory and an honest client in patience. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { UsageError } from "../../src/lib/errors.ts";
import type { BenchRun } from "./bench-run.ts";
import { hostileInputs } from "./hostile-inputs.ts";
import { HttpsClient, type HttpsTarget } from "./https-client.ts";
import { leaves } from "./leftovers.ts";
import { OurVoters } from "./our-voters.ts";
import { residentMb } from "./process-figures.ts";
import { quantile } from "./statistics.ts";

const goalMb = 64;
const quickSeconds = 5;
const sampleMs = 250;
/** Between an honest client's requests. */
const askMs = 20;
const maps = "/api/v1/namespaces/default/configmaps";

interface Honest {
  readonly latenciesMs: number[];
  /** Told with 429 to come back. */
  postponed: number;
  failed: number;
}

interface Figures {
  readonly name: string;
  readonly sent: number;
  readonly beforeMb: number;
  readonly peakMb: number;
  readonly afterMb: number;
  readonly answered: number;
  readonly postponed: number;
  readonly failed: number;
  readonly p99Ms: number;
  /** Elections while it lasted. */
  readonly elections: number;
}

export async function hostile(bench: BenchRun): Promise<void> {
  const seconds = bench.quick ? quickSeconds : bench.seconds;
  const names = chosen(bench.only);
  const place = join(bench.directory, "hostile");
  mkdirSync(place);
  const ours = await OurVoters.start(place);
  const leader = await ours.leader();
  const target = ours.httpsTarget(leader);
  const client = new HttpsClient(target);
  const all: Figures[] = [];
  try {
    await client.text("POST", maps, JSON.stringify({ metadata: { name: "honest" }, data: { k: "v" } }));
    console.log(
      `each for ${seconds} s; MB RSS of the leader        before    peak   after   honest: answered  429 failed   p99 ms  elections`,
    );
    for (const name of ["nothing", ...names]) {
      const figures = await endure(ours, leader, client, name, seconds);
      all.push(figures);
      print(figures);
    }
  } finally {
    client.close();
    await ours.stop();
  }
  const worst = all.slice(1).reduce((a, b) => (growth(b) > growth(a) ? b : a));
  console.log(`\nat most +${growth(worst).toFixed(0)} MB at the peak, of ${worst.name} (goal ≤ +${goalMb} MB)`);
  bench.keep({ seconds, inputs: all });
}

function chosen(only: string | undefined): string[] {
  const names = Object.keys(hostileInputs);
  if (only === undefined) return names;
  if (names.includes(only)) return [only];
  throw new UsageError(`no hostile input is called "${only}"; there are: ${names.join(", ")}`);
}

const growth = ({ beforeMb, peakMb }: Figures) => peakMb - beforeMb;

async function endure(
  ours: OurVoters,
  leader: number,
  client: HttpsClient,
  name: string,
  seconds: number,
): Promise<Figures> {
  const voter = ours.voter(leader);
  const termBefore = await term(ours);
  const beforeMb = residentMb(voter.pid);
  const stopAttack = name === "nothing" ? async () => 0 : attack(name, ours.httpsTarget(leader));
  const honest: Honest = { latenciesMs: [], postponed: 0, failed: 0 };
  const untilMs = performance.now() + seconds * 1_000;
  let peakMb = beforeMb;
  const sampling = setInterval(() => {
    peakMb = Math.max(peakMb, residentMb(voter.pid));
  }, sampleMs);
  let sent = 0;
  try {
    for (let turn = 0; performance.now() < untilMs; turn += 1) {
      await askHonestly(client, turn, honest);
      await pause(askMs);
    }
    sent = await stopAttack();
  } finally {
    clearInterval(sampling);
  }
  await pause(seconds * 100);
  const { latenciesMs, postponed, failed } = honest;
  return {
    ...{ name, sent, beforeMb, peakMb, afterMb: residentMb(voter.pid) },
    ...{ answered: latenciesMs.length, postponed, failed, p99Ms: quantile(latenciesMs, 0.99) },
    elections: (await term(ours)) - termBefore,
  };
}

async function term(ours: OurVoters): Promise<number> {
  return ours.voter(await ours.leader()).termLed;
}

/** Reads and writes in turn. */
async function askHonestly(client: HttpsClient, turn: number, honest: Honest): Promise<void> {
  const body = JSON.stringify({ metadata: { name: "asked" }, data: { turn: String(turn) } });
  const startedMs = performance.now();
  try {
    if (turn % 2 === 0) await client.text("GET", `${maps}/honest`);
    else await client.text("POST", `${maps}?dryRun=All`, body);
    honest.latenciesMs.push(performance.now() - startedMs);
  } catch (error) {
    if (String(error).includes(": 429 ")) honest.postponed += 1;
    else honest.failed += 1;
  }
}

/** Returns what ends it and tells how many were sent. */
function attack(name: string, target: HttpsTarget): () => Promise<number> {
  const attacker = fork(join(import.meta.dirname, "hostile-client.ts"));
  const gone = leaves(() => attacker.kill("SIGKILL"));
  attacker.once("exit", gone);
  attacker.send({ name, target });
  return async () => {
    const said = once(attacker, "message");
    attacker.send("stop");
    const [{ sent }] = z
      .tuple([z.object({ sent: z.number() })])
      .rest(z.unknown())
      .parse(await said);
    const exited = once(attacker, "exit");
    attacker.disconnect();
    await exited;
    return sent;
  };
}

function print({
  name,
  sent,
  beforeMb,
  peakMb,
  afterMb,
  answered,
  postponed,
  failed,
  p99Ms,
  elections,
}: Figures): void {
  const memory = [beforeMb, peakMb, afterMb].map((mb) => mb.toFixed(0).padStart(8)).join("");
  const counts = `${String(answered).padStart(18)}${String(postponed).padStart(5)}${String(failed).padStart(7)}`;
  console.log(
    `${name.padEnd(28)}${`× ${sent}`.padStart(10)}      ${memory}${counts}${p99Ms.toFixed(1).padStart(9)}${String(elections).padStart(11)}`,
  );
}
