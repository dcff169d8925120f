/** A board's measurements since the page was opened, kept within bounds by thinning out the older half. */
import type { NodeMetrics } from "../../api/telemetry/node-telemetry.ts";

export interface MetricSample {
  /** When this page was told, in milliseconds of its clock. */
  readonly atMs: number;
  /** 0 to 1 */
  readonly cpuShare?: number;
  /** 0 to 1 */
  readonly memoryShare: number;
  readonly temperatureCelsius?: number;
}

/** At a measurement every 10 s, an hour in full; after that, older ones become sparser. */
const samplesMax = 360;

export function withSample(
  history: readonly MetricSample[],
  metrics: NodeMetrics,
  atMs: number,
): readonly MetricSample[] {
  const { cpuShare, temperatureCelsius, memory } = metrics;
  const sample: MetricSample = {
    atMs,
    memoryShare: shareOf(memory),
    ...(cpuShare !== undefined && { cpuShare }),
    ...(temperatureCelsius !== undefined && { temperatureCelsius }),
  };
  const kept = history.length < samplesMax ? history : thinned(history);
  return [...kept, sample];
}

/** Every second one of the older half. */
function thinned(history: readonly MetricSample[]): readonly MetricSample[] {
  const half = history.length / 2;
  return history.filter((_, index) => index >= half || index % 2 === 0);
}

/** 0 where nothing is known of the whole. */
export function shareOf({
  usedBytes,
  totalBytes,
}: {
  readonly usedBytes: number;
  readonly totalBytes: number;
}): number {
  return totalBytes > 0 ? Math.min(usedBytes / totalBytes, 1) : 0;
}
