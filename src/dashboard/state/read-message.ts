/** One MQTT message, read by the schema of its topic. What does not fit is no news of anything. */
import type { z } from "zod";
import { fleetSummarySchema } from "../../api/telemetry/fleet-summary.ts";
import { attentionSchema, eventNewsSchema } from "../../api/telemetry/news.ts";
import {
  availabilitySchema,
  nodeMeshSchema,
  nodeMetricsSchema,
  nodeStatusSchema,
} from "../../api/telemetry/node-telemetry.ts";
import { type NodeWord, parseTelemetryTopic } from "../../api/telemetry/topics.ts";
import {
  claimTelemetrySchema,
  podTelemetrySchema,
  workloadTelemetrySchema,
} from "../../api/telemetry/workload-telemetry.ts";
import type { FleetNews } from "./fleet-news.ts";

/** As it came from the broker. */
export interface RawMessage {
  readonly topic: string;
  readonly payload: string;
  /** Whether the broker had kept it, so that it was said at some time before. */
  readonly isRetained: boolean;
}

/** Undefined for what is no telemetry of this fleet, or does not fit its topic's schema. */
export function readMessage(fleet: string, { topic: text, payload }: RawMessage): FleetNews | undefined {
  const topic = parseTelemetryTopic(fleet, text);
  if (topic === undefined) return undefined;
  if (payload === "") return { about: "gone", topic };
  switch (topic.about) {
    case "fleet":
      return withSaid({ about: "fleet" }, fleetSummarySchema, json(payload));
    case "node":
      return nodeNews(topic.node, topic.what, payload);
    case "pod":
      return withSaid({ ...topic, about: "pod" }, podTelemetrySchema, json(payload));
    case "workload":
      return withSaid({ ...topic, about: "workload" }, workloadTelemetrySchema, json(payload));
    case "claim":
      return withSaid({ ...topic, about: "claim" }, claimTelemetrySchema, json(payload));
    case "event":
      return withSaid({ ...topic, about: "event" }, eventNewsSchema, json(payload));
    case "attention":
      return withSaid({ ...topic, about: "attention" }, attentionSchema, json(payload));
  }
}

function nodeNews(node: string, what: NodeWord, payload: string): FleetNews | undefined {
  switch (what) {
    case "availability":
      return withSaid({ about: "availability", node }, availabilitySchema, payload);
    case "status":
      return withSaid({ about: "status", node }, nodeStatusSchema, json(payload));
    case "metrics":
      return withSaid({ about: "metrics", node }, nodeMetricsSchema, json(payload));
    case "mesh":
      return withSaid({ about: "mesh", node }, nodeMeshSchema, json(payload));
  }
}

function withSaid<P extends object, S>(place: P, schema: z.ZodType<S>, value: unknown): (P & { said: S }) | undefined {
  const parsed = schema.safeParse(value);
  return parsed.success ? { ...place, said: parsed.data } : undefined;
}

function json(payload: string): unknown {
  try {
    return JSON.parse(payload);
  } catch {
    return undefined;
  }
}
