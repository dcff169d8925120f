import { silentLogger } from "../../lib/logger.ts";
import type { MetricRegistry } from "../../lib/metrics.ts";
import { seededRandom } from "../../lib/random.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { systemClock } from "../../platform/host/system-clock.ts";
import { openReplicatedStore } from "../../replication/open-replicated-store.ts";
import type { VoterId } from "../../replication/ports.ts";
import type { ReplicatedVoter } from "../../replication/replicated-voter.ts";
import { MemoryDisk } from "../../replication/testing/memory-disk.ts";
import { MemoryStateBackend, MemoryDisk as StateDisk } from "../../store/testing/memory-state-backend.ts";

/** A fleet of one, once it leads. */
export async function openMeteredVoter(metrics: MetricRegistry): Promise<ReplicatedVoter> {
  const id = "b1.0000000a" as VoterId;
  const voter = await openReplicatedStore({
    id,
    bootstrap: [{ id, node: "b1", address: "127.0.0.1:8883", role: "voter" }],
    disk: new MemoryDisk(),
    stateBackend: new MemoryStateBackend(new StateDisk()),
    transport: { send() {}, onMessage() {}, onEnded() {}, setMembers() {} },
    clock: systemClock,
    random: seededRandom(1),
    log: silentLogger,
    tuning: { log: { segmentBytes: 64 * 1024 }, tickMs: 10 },
    metrics,
    onFailure: (error) => {
      throw error;
    },
  });
  await eventually("it leads", () => voter.leadership.role === "leader");
  return voter;
}
