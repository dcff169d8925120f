/** Every topic with its schema and its words: what `docs/mqtt.md` and the exported JSON Schemas are made of. */
import type { z } from "zod";
import { fleetSummarySchema } from "./fleet-summary.ts";
import { attentionSchema, eventNewsSchema } from "./news.ts";
import { availabilitySchema, nodeMeshSchema, nodeMetricsSchema, nodeStatusSchema } from "./node-telemetry.ts";
import { claimTelemetrySchema, podTelemetrySchema, workloadTelemetrySchema } from "./workload-telemetry.ts";

export interface CataloguedTopic {
  /** Below the root, with `<names>` where names stand. */
  readonly pattern: string;
  /** Also the name of its exported schema. */
  readonly title: string;
  readonly schema: z.ZodType;
  readonly retained: boolean;
  /** Plain text instead of JSON. */
  readonly plain?: true;
  readonly description: string;
}

export const telemetryCatalogue: readonly CataloguedTopic[] = [
  {
    pattern: "fleet",
    title: "fleet-summary",
    schema: fleetSummarySchema,
    retained: true,
    description: "The fleet as a whole: who leads, who votes, how many boards and pods there are and how they do.",
  },
  {
    pattern: "nodes/<node>/availability",
    title: "availability",
    schema: availabilitySchema,
    retained: true,
    plain: true,
    description: "`online` or `offline`, nothing else. A board that falls silent is taken back by its last will.",
  },
  {
    pattern: "nodes/<node>/status",
    title: "node-status",
    schema: nodeStatusSchema,
    retained: true,
    description: "What the board is and in which state.",
  },
  {
    pattern: "nodes/<node>/metrics",
    title: "node-metrics",
    schema: nodeMetricsSchema,
    retained: true,
    description: "How the board does, at the rate it was told.",
  },
  {
    pattern: "nodes/<node>/mesh",
    title: "node-mesh",
    schema: nodeMeshSchema,
    retained: true,
    description: "Which boards it reaches over WireGuard, and when it last heard of each.",
  },
  {
    pattern: "namespaces/<namespace>/pods/<pod>",
    title: "pod",
    schema: podTelemetrySchema,
    retained: true,
    description: "A pod. Taken back with an empty message when it is gone.",
  },
  {
    pattern: "namespaces/<namespace>/workloads/<resource>/<name>",
    title: "workload",
    schema: workloadTelemetrySchema,
    retained: true,
    description: "A workload and how far its rollout has come. Taken back with an empty message when it is gone.",
  },
  {
    pattern: "namespaces/<namespace>/claims/<claim>",
    title: "claim",
    schema: claimTelemetrySchema,
    retained: true,
    description: "A claim on storage. Taken back with an empty message when it is gone.",
  },
  {
    pattern: "namespaces/<namespace>/events",
    title: "event",
    schema: eventNewsSchema,
    retained: false,
    description: "What happens, as it happens. Earlier events are the API's to tell.",
  },
  {
    pattern: "attention/<id>",
    title: "attention",
    schema: attentionSchema,
    retained: true,
    description: "Something that a person should look at, for as long as it lasts.",
  },
];
