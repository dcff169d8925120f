/** Everything that can be said on a telemetry topic, as one union. */
import type { FleetSummary } from "../../api/telemetry/fleet-summary.ts";
import type { Attention, EventNews } from "../../api/telemetry/news.ts";
import type { Availability, NodeMesh, NodeMetrics, NodeStatus } from "../../api/telemetry/node-telemetry.ts";
import type { TelemetryTopic } from "../../api/telemetry/topics.ts";
import type { ClaimTelemetry, PodTelemetry, WorkloadTelemetry } from "../../api/telemetry/workload-telemetry.ts";

interface Named {
  readonly namespace: string;
  readonly name: string;
}

export type FleetNews =
  | { readonly about: "fleet"; readonly said: FleetSummary }
  | { readonly about: "availability"; readonly node: string; readonly said: Availability }
  | { readonly about: "status"; readonly node: string; readonly said: NodeStatus }
  | { readonly about: "metrics"; readonly node: string; readonly said: NodeMetrics }
  | { readonly about: "mesh"; readonly node: string; readonly said: NodeMesh }
  | ({ readonly about: "pod"; readonly said: PodTelemetry } & Named)
  | ({ readonly about: "workload"; readonly resource: string; readonly said: WorkloadTelemetry } & Named)
  | ({ readonly about: "claim"; readonly said: ClaimTelemetry } & Named)
  | { readonly about: "event"; readonly namespace: string; readonly said: EventNews }
  | { readonly about: "attention"; readonly id: string; readonly said: Attention }
  /** An empty message: what the topic spoke of is there no longer. */
  | { readonly about: "gone"; readonly topic: TelemetryTopic };
