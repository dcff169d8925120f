import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { label } from "../pod/observed-pod.ts";
import type { RuntimeContainer, UsageReading } from "../ports.ts";
import { UsageMeter } from "./usage-meter.ts";

/** An engine with a pod of one container, whose counters rise with time as `rate` says. */
function open(rate: (elapsedMs: number) => UsageReading | undefined) {
  const clock = new VirtualClock();
  const startMs = clock.monotonicMs();
  const read = () => rate(clock.monotonicMs() - startMs);
  const container = (name: string, role: string): RuntimeContainer => ({
    id: name,
    state: "running",
    pid: 1,
    exitCode: 0,
    outOfMemory: false,
    error: "",
    imageId: "i",
    createdAtMs: 0,
    startedAtMs: 0,
    finishedAtMs: undefined,
    labels: {
      [label.uid]: "u1",
      [label.namespace]: "shop",
      [label.pod]: "web-0",
      [label.role]: role,
      [label.container]: name,
    },
  });
  const asked: string[] = [];
  const meter = new UsageMeter({
    clock,
    meter: { read: async () => ({ cpuNs: (clock.monotonicMs() - startMs) * 500_000, memoryBytes: 7_000 }) },
    runtime: {
      list: async () => [container("sandbox", "sandbox"), container("main", "app")],
      usage: async (id) => {
        asked.push(id);
        return read();
      },
    },
  });
  return { clock, meter, asked };
}

async function measured(meter: UsageMeter, clock: VirtualClock) {
  const usage = meter.measure();
  for (let turns = 0; turns < 20; turns += 1) await Promise.resolve();
  clock.advance(1_000);
  return usage;
}

describe("UsageMeter", () => {
  it("tells processor time by the second, of the board and of each container of a pod", async () => {
    const { clock, meter } = open((elapsedMs) => ({ cpuNs: elapsedMs * 20_000, memoryBytes: 1_234 }));
    expect(await measured(meter, clock)).toMatchObject({
      windowMs: 1_000,
      board: { cpuNanoCores: 500_000_000, memoryBytes: 7_000 },
      pods: [
        {
          namespace: "shop",
          name: "web-0",
          uid: "u1",
          containers: [{ name: "main", cpuNanoCores: 20_000_000, memoryBytes: 1_234 }],
        },
      ],
    });
  });

  it("measures once for all who ask within ten seconds", async () => {
    const { clock, meter, asked } = open((elapsedMs) => ({ cpuNs: elapsedMs, memoryBytes: 1 }));
    const first = await measured(meter, clock);
    expect(await meter.measure()).toBe(first);
    expect(asked).toEqual(["main", "main"]);
    clock.advance(10_001);
    expect(await measured(meter, clock)).not.toBe(first);
  });

  it("leaves out a container that ended or began anew between two readings", async () => {
    const { clock, meter } = open((elapsedMs) => ({ cpuNs: 1_000_000 - elapsedMs, memoryBytes: 1 }));
    expect((await measured(meter, clock)).pods).toEqual([]);
    const gone = open((elapsedMs) => (elapsedMs === 0 ? { cpuNs: 0, memoryBytes: 1 } : undefined));
    expect((await measured(gone.meter, gone.clock)).pods).toEqual([]);
  });
});
