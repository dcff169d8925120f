/** How fast the dashboard answers a person who watches 200 boards, in Chromium, and what that costs the voter. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { z } from "zod";
import { Browser, signIn } from "../../test/dashboard/browser.ts";
import { wander } from "../../test/dashboard/interactions.ts";
import type { BenchRun } from "./bench-run.ts";
import { boards, pods } from "./dashboard-fleet.ts";
import { leaves } from "./leftovers.ts";
import { cpuSeconds, residentMb } from "./process-figures.ts";

const goalMs = 100;
const readySchema = z.object({ url: z.string(), token: z.string() });

export async function dashboard({ quick, keep }: BenchRun): Promise<void> {
  const fleet = fork(join(import.meta.dirname, "dashboard-fleet.ts"));
  leaves(() => fleet.kill());
  const { pid } = fleet;
  if (pid === undefined) throw new Error("the fleet's process did not start");
  const [message] = await once(fleet, "message");
  const { url, token } = readySchema.parse(message);
  const silentMb = residentMb(pid);
  await using browser = await Browser.open();
  const { page, complaints } = await browser.page();
  await signIn(page, url, token);
  await page.getByText(`All ${boards}`).waitFor();
  const startedMs = performance.now();
  const startedSeconds = cpuSeconds(pid);
  const latencies = await wander(page, quick ? 1 : 6, () => {});
  const seconds = (performance.now() - startedMs) / 1_000;
  const heardMb = residentMb(pid);
  const share = (cpuSeconds(pid) - startedSeconds) / seconds;
  const heap: number = await page.evaluate("performance.memory.usedJSHeapSize");
  const ended = once(fleet, "exit");
  fleet.disconnect();
  await ended;
  const { count, p50Ms, p95Ms, maxMs } = latencies;
  console.log(`${boards} boards, each measuring every 10 s, and ${pods} pods, for ${seconds.toFixed(0)} s`);
  console.log(
    `${count} interactions: p50 ${p50Ms} ms, p95 ${p95Ms} ms, longest ${maxMs} ms (goal: under ${goalMs} ms)`,
  );
  console.log(`the page's own memory: ${(heap / 1e6).toFixed(1)} MB of JavaScript`);
  console.log(
    `API server and telemetry broker in one process: ${silentMb.toFixed(1)} MB RSS unheard, ${heardMb.toFixed(1)} MB heard, ${(share * 100).toFixed(1)} % of a core`,
  );
  if (complaints.length > 0) throw new Error(`the page complains: ${complaints.join("; ")}`);
  keep({ ...latencies, seconds, silentMb, heardMb, share, heap });
}
