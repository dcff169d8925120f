/** A fleet of any size that says of itself what a real one would. */
import { metricsWords, podWords, statusWords, workloadWords } from "../../src/dashboard/testing/telemetry-words.ts";
import { seededRandom } from "../../src/lib/random.ts";
import type { FixtureFleet } from "./fixture-fleet.ts";

export interface SampleFleet {
  readonly nodes: readonly string[];
  /** Each of `some`, by default every board, measures once more. */
  measure(some?: readonly string[]): void;
}

const gibibyte = 1024 ** 3;

export function sampleFleet(fixture: FixtureFleet, boards: number, pods: number): SampleFleet {
  const random = seededRandom(7);
  const nodes = Array.from({ length: boards }, (_, index) => `pi-${index + 1}`);
  const voters = nodes.slice(0, 3);
  for (const [index, node] of nodes.entries()) {
    fixture.say({ about: "node", node, what: "availability" }, "online");
    fixture.say(
      { about: "node", node, what: "status" },
      statusWords({ voter: index < 3, leader: index === 0, address: `10.0.${index >> 8}.${index & 255}` }),
    );
  }
  const names = Array.from({ length: pods }, (_, index) => `hello-${index.toString(36).padStart(4, "0")}`);
  for (const [index, name] of names.entries()) {
    const node = nodes[index % nodes.length];
    fixture.say(
      { about: "pod", namespace: index % 5 === 0 ? "monitoring" : "default", name },
      podWords({ uid: name, address: `10.42.${index >> 8}.${index & 255}`, ...(node !== undefined && { node }) }),
    );
  }
  fixture.say(
    { about: "workload", namespace: "default", resource: "daemonsets", name: "hello" },
    workloadWords({
      desired: boards,
      updated: boards,
      ready: boards,
      available: boards,
      boards: nodes.map((node) => ({ node, state: "updated" })),
    }),
  );
  fixture.say(
    { about: "fleet" },
    {
      ...{ name: "test", version: "0.1.0", leader: nodes[0], term: 4 },
      voters: voters.map((node, index) => ({ node, address: `10.0.0.${index}`, role: "voter" })),
      nodes: { total: boards, ready: boards, offline: 0 },
      pods: { total: pods, ready: pods, failed: 0 },
    },
  );
  const measure = (some: readonly string[] = nodes) => {
    for (const node of some) {
      fixture.say(
        { about: "node", node, what: "metrics" },
        metricsWords({
          measured: new Date().toISOString(),
          cpuShare: random.next() * 0.6,
          memory: { usedBytes: (1 + random.next()) * gibibyte, totalBytes: 4 * gibibyte },
          temperatureCelsius: 45 + random.next() * 20,
          pods: Math.ceil(pods / boards),
        }),
      );
    }
  };
  measure();
  return { nodes, measure };
}
