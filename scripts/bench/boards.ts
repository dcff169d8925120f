/**
 * A whole fleet of 200 simulated boards at one real voter: how fast a DaemonSet reaches them all, what that costs the
 * voter, and how fast its dashboard answers meanwhile.
 */
import { setTimeout as pause } from "node:timers/promises";
import { parseJoinToken } from "../../src/lib/join-token.ts";
import { Browser, signIn } from "../../test/dashboard/browser.ts";
import { wander } from "../../test/dashboard/interactions.ts";
import { brambleProcess } from "../../test/lab/bramble-process.ts";
import { type Lab, upLab } from "../../test/lab/lab.ts";
import { brambleProgram } from "../../test/lab/lab-board.ts";
import { removeLab } from "../../test/lab/remove-lab.ts";
import { waitUntil } from "../../test/lab/wait-until.ts";
import type { BenchRun } from "./bench-run.ts";
import { leaves } from "./leftovers.ts";
import { residentMb } from "./process-figures.ts";
import { runSimulatedBoards } from "./simulated-boards.ts";

const name = "bench-boards";
const founder = "b1";
const image = "bramble/hello:1";
const deadlineMs = 300_000;
const measureEveryMs = 10_000;
const goals = { rolloutSeconds: 30, interactionMs: 100 };

export async function boards(bench: BenchRun): Promise<void> {
  const count = bench.quick ? 50 : 200;
  const removed = leaves(() => removeLab(name));
  const ending = new AbortController();
  try {
    await removeLab(name);
    const lab = await upLab({ name, boards: 1, voters: 1, bramble: true, say: (line) => console.error(line) });
    const voter = brambleProcess(name, founder);
    const resident: Record<string, number> = {};
    const note = (when: string) => {
      resident[when] = residentMb(voter);
      console.log(`${when.padEnd(44)}${residentMb(voter).toFixed(1).padStart(8)} MB RSS`);
    };
    note("alone");
    const names = Array.from({ length: count }, (_, at) => `pi-${at + 1}`);
    const joined = await seconds(async () => {
      const [line = ""] = (await lab.on(founder)([brambleProgram, "token", "create"])).split("\n");
      const server = `${lab.record.boards[0]?.address}:6443`;
      const { directory } = bench;
      const token = parseJoinToken(line);
      await runSimulatedBoards({ names, image, measureEveryMs, server, token, directory }, ending.signal);
      await waitUntil("all boards are Ready", deadlineMs, async () => (await readyNodes(lab)) === count + 1);
    });
    note(`${count} boards have joined`);
    await lab.kubectl(["apply", "-f", "-"], JSON.stringify(daemonSet("1")));
    const created = await seconds(() => rolledOut(lab, count + 1));
    await lab.kubectl(["apply", "-f", "-"], JSON.stringify(daemonSet("2")));
    const updated = await seconds(() => rolledOut(lab, count + 1));
    note("a DaemonSet has been rolled out twice");
    const [, token = ""] = /(eyJ\S+)/.exec(await lab.on(founder)([brambleProgram, "dashboard"])) ?? [];
    await using browser = await Browser.open();
    const { page } = await browser.page();
    await signIn(page, `https://${lab.record.boards[0]?.address}:6443/dashboard`, token);
    await page.getByText(`All ${count + 1}`).waitFor();
    const latencies = await wander(page, bench.quick ? 1 : 6, () => {});
    note("somebody watches the dashboard");
    await pause(15_000);
    note("and 15 s later");
    console.log(`
${count} boards joined and Ready in ${joined.toFixed(1)} s
a DaemonSet on all of them in ${created.toFixed(1)} s, its new template in ${updated.toFixed(1)} s (goal ≤ ${goals.rolloutSeconds} s)
${latencies.count} interactions: p50 ${latencies.p50Ms} ms, p95 ${latencies.p95Ms} ms, longest ${latencies.maxMs} ms (goal: under ${goals.interactionMs} ms)`);
    bench.keep({ count, resident, joined, created, updated, latencies });
  } finally {
    ending.abort(new Error("the bench is over"));
    await removeLab(name);
    removed();
  }
}

function daemonSet(template: string) {
  const labels = { app: "hello" };
  return {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "hello", namespace: "default" },
    spec: {
      selector: { matchLabels: labels },
      // All at once: how fast the fleet is, not how careful.
      updateStrategy: { type: "RollingUpdate", rollingUpdate: { maxUnavailable: "100%" } },
      template: {
        metadata: { labels, annotations: { template } },
        spec: {
          terminationGracePeriodSeconds: 1,
          containers: [{ name: "hello", image, imagePullPolicy: "IfNotPresent" }],
        },
      },
    },
  };
}

async function rolledOut(lab: Lab, count: number): Promise<void> {
  await waitUntil(`the DaemonSet is ready on ${count} boards`, deadlineMs, async () => {
    const text = await lab.kubectl(["get", "daemonset", "hello", "-o", "json"]);
    const { metadata, status } = JSON.parse(text);
    return (
      status.observedGeneration === metadata.generation &&
      status.updatedNumberScheduled === count &&
      status.numberReady === count
    );
  });
}

async function readyNodes(lab: Lab): Promise<number> {
  const lines = (await lab.kubectl(["get", "nodes", "--no-headers"])).split("\n");
  return lines.filter((line) => /\sReady\s/.test(line)).length;
}

async function seconds(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return (performance.now() - startedMs) / 1_000;
}
