/** What a container uses, as the engine's `stats` count it. */
import type Dockerode from "dockerode";
import { z } from "zod";
import type { UsageReading } from "../../agent/ports.ts";

const statsSchema = z.object({
  cpu_stats: z.object({ cpu_usage: z.object({ total_usage: z.number() }) }),
  memory_stats: z.object({
    usage: z.number().optional(),
    /** `inactive_file` of version 2 of control groups, `total_inactive_file` of version 1. */
    stats: z.object({ inactive_file: z.number().optional(), total_inactive_file: z.number().optional() }).optional(),
  }),
});

/** Undefined of one that does not run. */
export async function readUsage(docker: Dockerode, id: string): Promise<UsageReading | undefined> {
  const answer: unknown = await docker.getContainer(id).stats({ stream: false, "one-shot": true });
  const { cpu_stats: cpu, memory_stats: memory } = statsSchema.parse(answer);
  if (memory.usage === undefined) return undefined;
  const idle = memory.stats?.inactive_file ?? memory.stats?.total_inactive_file ?? 0;
  return { cpuNs: cpu.cpu_usage.total_usage, memoryBytes: Math.max(0, memory.usage - idle) };
}
