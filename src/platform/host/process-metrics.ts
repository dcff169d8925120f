import type { MetricRegistry } from "../../lib/metrics.ts";

/** What this process costs its board, under the names that every dashboard knows. */
export function showProcess(registry: MetricRegistry): void {
  registry.gauge("process_resident_memory_bytes", "Memory that the process holds.", () => process.memoryUsage.rss());
  registry.counted("process_cpu_seconds_total", "Processor time that the process has used.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1_000_000;
  });
  const startSeconds = Date.now() / 1_000 - process.uptime();
  registry.gauge("process_start_time_seconds", "When the process started, since 1970.", () => startSeconds);
}
