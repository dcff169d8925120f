/** What boards and workloads would say, for tests that need somebody to say it. */
import type { FleetSummary } from "../../api/telemetry/fleet-summary.ts";
import type { NodeMetrics, NodeStatus } from "../../api/telemetry/node-telemetry.ts";
import type { PodTelemetry, WorkloadTelemetry } from "../../api/telemetry/workload-telemetry.ts";

const gibibyte = 1024 ** 3;

export function statusWords(rest: Partial<NodeStatus> = {}): NodeStatus {
  return {
    state: "online",
    ready: true,
    cordoned: false,
    voter: false,
    leader: false,
    address: "10.0.0.7",
    model: "Raspberry Pi 4 Model B Rev 1.4",
    arch: "arm64",
    os: "Debian GNU/Linux 12 (bookworm)",
    kernel: "6.6.51+rpt-rpi-v8",
    engine: "docker://20.10.24",
    version: "v1.32.0+bramble.0.1.0",
    cpus: 4,
    memoryBytes: 4 * gibibyte,
    labels: { "kubernetes.io/arch": "arm64", place: "barn" },
    ...rest,
  };
}

export function metricsWords(rest: Partial<NodeMetrics> = {}): NodeMetrics {
  return {
    measured: "2026-01-01T00:00:00.000Z",
    uptimeSeconds: 93_784,
    cpuShare: 0.12,
    load1: 0.4,
    memory: { usedBytes: 1.5 * gibibyte, totalBytes: 4 * gibibyte },
    disk: { usedBytes: 11 * gibibyte, totalBytes: 29 * gibibyte },
    temperatureCelsius: 51.4,
    link: { receivedBytes: 1_234_567, sentBytes: 654_321 },
    pods: 3,
    ...rest,
  };
}

export function podWords(rest: Partial<PodTelemetry> = {}): PodTelemetry {
  return {
    uid: "6f0d7d1e-0000-4000-8000-000000000001",
    phase: "Running",
    status: "Running",
    node: "pi-1",
    address: "10.42.1.7",
    containers: [{ name: "main", image: "bramble/hello:1" }],
    ready: 1,
    restarts: 0,
    owner: { resource: "daemonsets", name: "hello" },
    created: "2026-01-01T00:00:00Z",
    ...rest,
  };
}

export function workloadWords(rest: Partial<WorkloadTelemetry> = {}): WorkloadTelemetry {
  return {
    uid: "6f0d7d1e-0000-4000-8000-000000000002",
    desired: 3,
    updated: 3,
    ready: 3,
    available: 3,
    complete: true,
    images: ["bramble/hello:1"],
    created: "2026-01-01T00:00:00Z",
    ...rest,
  };
}

export function fleetWords(rest: Partial<FleetSummary> = {}): FleetSummary {
  return {
    name: "home",
    version: "0.1.0",
    leader: "pi-1",
    term: 3,
    voters: [
      { node: "pi-1", address: "10.0.0.1", role: "voter" },
      { node: "pi-2", address: "10.0.0.2", role: "voter" },
      { node: "pi-3", address: "10.0.0.3", role: "voter" },
    ],
    nodes: { total: 3, ready: 3, offline: 0 },
    pods: { total: 3, ready: 3, failed: 0 },
    ...rest,
  };
}
