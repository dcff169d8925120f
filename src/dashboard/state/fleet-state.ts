/** What the dashboard knows of the fleet, and when it was told: made from messages alone, and never changed in place. */
import type { FleetSummary } from "../../api/telemetry/fleet-summary.ts";
import type { Attention, EventNews } from "../../api/telemetry/news.ts";
import type { Availability, NodeMesh, NodeMetrics, NodeStatus } from "../../api/telemetry/node-telemetry.ts";
import type { ClaimTelemetry, PodTelemetry, WorkloadTelemetry } from "../../api/telemetry/workload-telemetry.ts";
import type { MetricSample } from "./metric-history.ts";

/** What was said, and when this page was told, in milliseconds of its clock. */
export interface Told<T> {
  readonly said: T;
  readonly toldMs: number;
}

export interface BoardState {
  readonly node: string;
  readonly availability?: Availability;
  readonly status?: NodeStatus;
  readonly metrics?: NodeMetrics;
  readonly mesh?: Told<NodeMesh>;
  /** When it last spoke for itself; absent as long as all that is known of it was kept for us by the broker. */
  readonly lastWordMs?: number;
  /** Between its latest measurements, in milliseconds, the longest pause; absent until there were two. */
  readonly rhythmMs?: number;
  /** Since the page was opened, oldest first. */
  readonly history: readonly MetricSample[];
}

export interface PodState extends PodTelemetry {
  /** `default/hello-x2k` */
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
}

export interface WorkloadState extends WorkloadTelemetry {
  /** `default/daemonsets/hello` */
  readonly key: string;
  readonly namespace: string;
  readonly resource: string;
  readonly name: string;
}

export interface ClaimState extends ClaimTelemetry {
  readonly key: string;
  readonly namespace: string;
  readonly name: string;
}

export interface AttentionState extends Attention {
  readonly id: string;
}

export interface NewsState extends EventNews {
  readonly namespace: string;
  /** Rises with every event that this page was told of. */
  readonly number: number;
}

export interface FleetState {
  readonly summary?: Told<FleetSummary>;
  readonly boards: ReadonlyMap<string, BoardState>;
  readonly pods: ReadonlyMap<string, PodState>;
  readonly workloads: ReadonlyMap<string, WorkloadState>;
  readonly claims: ReadonlyMap<string, ClaimState>;
  readonly attention: ReadonlyMap<string, AttentionState>;
  /** The newest first, at most `newsMax`. */
  readonly news: readonly NewsState[];
  /** Messages that were no telemetry as this page knows it. */
  readonly misunderstood: number;
}

export const newsMax = 500;

export const emptyFleet: FleetState = {
  boards: new Map(),
  pods: new Map(),
  workloads: new Map(),
  claims: new Map(),
  attention: new Map(),
  news: [],
  misunderstood: 0,
};
