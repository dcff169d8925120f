import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { RequestMeters } from "../../src/apiserver/metrics/request-meters.ts";
import { openMeteredVoter } from "../../src/apiserver/testing/metered-voter.ts";
import { Controller } from "../../src/client/controller.ts";
import { showTelemetry } from "../../src/daemon/voter-telemetry.ts";
import { silentLogger } from "../../src/lib/logger.ts";
import { MetricRegistry } from "../../src/lib/metrics.ts";
import { seededRandom } from "../../src/lib/random.ts";
import { renderMetrics } from "../../src/lib/render-metrics.ts";
import { VirtualClock } from "../../src/lib/testing/virtual-clock.ts";
import { boardGauge } from "../../src/platform/host/board-gauge.ts";
import { boardMetrics } from "../../src/platform/host/board-metrics.ts";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const dashboardSchema = z.object({
  panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })) })),
});

/** Every family that voters and boards show, by the code that shows it. */
async function shownNames(): Promise<ReadonlySet<string>> {
  const clock = new VirtualClock();
  const registry = new MetricRegistry();
  new RequestMeters(registry, clock).begin({ method: "GET", url: "/api" } as IncomingMessage)(200);
  showTelemetry(registry, { readerCount: 0, messagesTold: 0 }, { connected: new Set() });
  const surroundings = { clock, random: seededRandom(1), log: silentLogger, metrics: registry };
  new Controller({ ...surroundings, name: "test", reconcile: async () => ({ kind: "done" }) });
  const board = await boardMetrics(boardGauge("/tmp"), { pods: () => 0, isConnected: () => true })();
  const voter = await openMeteredVoter(registry);
  const text = `${renderMetrics(registry.families)}${board}`;
  await voter.close();
  return new Set(Array.from(text.matchAll(/^# TYPE (\S+) /gm), ([, name]) => name ?? ""));
}

it("every metric that the Grafana dashboard names is one that voters or boards show", async () => {
  const names = await shownNames();
  const { panels } = dashboardSchema.parse(JSON.parse(read("config/grafana/bramble-fleet.json")));
  expect(panels.length).toBeGreaterThan(10);
  for (const { title, targets } of panels) {
    for (const { expr } of targets) {
      const named = Array.from(expr.matchAll(/\b(?:bramble|process)_[a-z0-9_]+/g), ([name]) => name);
      expect(named, title).not.toEqual([]);
      for (const name of named) expect(names, `${title}: ${name}`).toContain(name.replace(/_bucket$/, ""));
    }
  }
});

it("the scrape configuration leads to what voters answer", () => {
  const { scrape_configs: jobs } = parse(read("config/prometheus/bramble.yml"));
  expect(jobs.map(({ job_name: name }: { job_name: string }) => name)).toEqual(["bramble-voters", "bramble-boards"]);
});
