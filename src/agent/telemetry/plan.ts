/** What a board says of its measurements. Pure. */
import type { NodeMesh, NodeMetrics } from "../../api/telemetry/node-telemetry.ts";
import type { BoardReading, PeerTraffic } from "./ports.ts";

/** In a fleet of hundreds each board names those alone that it heard last. */
const peersMax = 32;

/** `before` is the reading that the processors' share is counted from. */
export function nodeMetrics(
  reading: BoardReading,
  before: BoardReading | undefined,
  { pods, nowMs }: { readonly pods: number; readonly nowMs: number },
): NodeMetrics {
  const { cpu, memory, disk, link, temperatureCelsius, underVoltage, throttled, load1 } = reading;
  const cpuShare = before === undefined ? undefined : shareOf(before.cpu, cpu);
  return {
    measured: new Date(nowMs).toISOString(),
    uptimeSeconds: Math.floor(reading.uptimeSeconds),
    ...(cpuShare !== undefined && { cpuShare }),
    load1,
    memory,
    disk,
    ...(temperatureCelsius !== undefined && { temperatureCelsius: rounded(temperatureCelsius, 1) }),
    ...(underVoltage !== undefined && { underVoltage }),
    ...(throttled !== undefined && { throttled }),
    link,
    pods,
  };
}

export function nodeMesh(peers: readonly PeerTraffic[], nowMs: number): NodeMesh {
  const latest = [...peers].sort((one, other) => (other.handshakeMs ?? 0) - (one.handshakeMs ?? 0)).slice(0, peersMax);
  return {
    measured: new Date(nowMs).toISOString(),
    peers: latest
      .map(({ node, endpoint, handshakeMs, receivedBytes, sentBytes }) => ({
        node,
        ...(endpoint !== undefined && { endpoint }),
        ...(handshakeMs !== undefined && {
          handshakeAgeSeconds: Math.max(0, Math.round((nowMs - handshakeMs) / 1000)),
        }),
        receivedBytes,
        sentBytes,
      }))
      .sort((one, other) => (one.node < other.node ? -1 : 1)),
  };
}

/** Undefined where no time has passed, or the counters began anew. */
function shareOf(before: BoardReading["cpu"], after: BoardReading["cpu"]): number | undefined {
  const totalMs = after.totalMs - before.totalMs;
  const busyMs = after.busyMs - before.busyMs;
  if (totalMs <= 0 || busyMs < 0) return undefined;
  return rounded(Math.min(1, busyMs / totalMs), 3);
}

function rounded(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
