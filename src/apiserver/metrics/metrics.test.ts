import { expect, it } from "vitest";
import { MetricRegistry } from "../../lib/metrics.ts";
import { renderMetrics } from "../../lib/render-metrics.ts";
import { showProcess } from "../../platform/host/process-metrics.ts";
import { openMeteredVoter } from "../testing/metered-voter.ts";
import { TestHttps } from "../testing/test-https.ts";

const sample = /^([a-z_]+)(?:\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)+)\})? (-?[0-9.e+-]+|[+-]Inf|NaN)$/;

it("is text that a scraper reads line by line, whatever a label holds", () => {
  const registry = new MetricRegistry();
  registry.counter("odd_total", "Two\nlines.", { path: 'a\\b"c\n' }).add();
  const histogram = registry.histogram("seconds", "Seconds.", [0.5]);
  histogram.observe(0.25);
  histogram.observe(2);
  registry.gauge("limit", "None.", () => Number.POSITIVE_INFINITY);
  expect(renderMetrics(registry.families)).toBe(`# HELP odd_total Two\\nlines.
# TYPE odd_total counter
odd_total{path="a\\\\b\\"c\\n"} 1
# HELP seconds Seconds.
# TYPE seconds histogram
seconds_bucket{le="0.5"} 1
seconds_bucket{le="+Inf"} 2
seconds_sum 2.25
seconds_count 2
# HELP limit None.
# TYPE limit gauge
limit +Inf
`);
});

it("is shown to the administrator alone, and every line parses", async () => {
  const registry = new MetricRegistry();
  showProcess(registry);
  const voter = await openMeteredVoter(registry);
  const https = await TestHttps.open(0, registry);
  try {
    await voter.transact({ compares: [], mutations: [{ type: "put", key: "/registry/a", value: "1" }] });
    const { status, headers, bytes } = await https.ask("/metrics");
    expect([status, headers["content-type"]]).toEqual([200, "text/plain; version=0.0.4; charset=utf-8"]);
    const lines = bytes.toString().trimEnd().split("\n");
    for (const line of lines) expect(line.startsWith("# ") || sample.test(line), line).toBe(true);
    const value = (name: string) => Number(lines.find((line) => line.startsWith(`${name} `))?.split(" ")[1]);
    expect(value("bramble_raft_is_leader")).toBe(1);
    expect(value("bramble_raft_term")).toBeGreaterThan(0);
    expect(value("bramble_raft_leader_changes_total")).toBe(1);
    expect(value("bramble_raft_applied_lag_entries")).toBe(0);
    expect(value("bramble_commit_duration_seconds_count")).toBe(1);
    expect(value("bramble_proposals_failed_total")).toBe(0);
    expect(value("bramble_log_write_duration_seconds_count")).toBeGreaterThan(0);
    expect(value("bramble_log_segments")).toBe(1);
    expect(value("bramble_log_bytes")).toBe(64 * 1024);
    expect(value('bramble_snapshot_bytes{direction="sent"}')).toBe(0);
    expect(value("process_resident_memory_bytes")).toBeGreaterThan(10_000_000);
    expect(value("process_cpu_seconds_total")).toBeGreaterThan(0);
    expect((await https.ask("/metrics", { as: https.board })).status).toBe(403);
    expect((await https.ask("/metrics", { as: undefined })).status).toBe(403);
  } finally {
    await https.server.close();
    await voter.close();
  }
});
