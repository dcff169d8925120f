import type { MetricRegistry } from "../../lib/metrics.ts";
import { metricsContentType, renderMetrics } from "../../lib/render-metrics.ts";
import type { HttpReply } from "./send-reply.ts";

export const metricsPath = "/metrics";

/** How this voter does, as Prometheus reads it. */
export function metricsReply(registry: MetricRegistry): HttpReply {
  return { status: 200, contentType: metricsContentType, body: Buffer.from(renderMetrics(registry.families)) };
}
