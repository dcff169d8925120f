/** What is said of one board: whether it is there, what it is, how it does, and whom it reaches. */
import { z } from "zod";

/** Plain text, not JSON, so that the simplest tool can use it. */
export const availabilitySchema = z.enum(["online", "offline"]);
export type Availability = z.infer<typeof availabilitySchema>;

export const nodeStatusSchema = z.object({
  state: availabilitySchema.meta({ description: "Whether the board's connection to the fleet stands." }),
  since: z.iso.datetime().optional().meta({ description: "When `state` last changed, by the voters' clock." }),
  ready: z.boolean().meta({ description: "Whether its Node is Ready: its engine answers and it is online." }),
  reason: z.string().optional().meta({ description: "Why it is not ready, in a sentence." }),
  cordoned: z.boolean().meta({ description: "Whether new pods stay away." }),
  voter: z.boolean(),
  leader: z.boolean(),
  address: z.string().optional(),
  model: z.string().optional().meta({ description: "As the hardware names itself: Raspberry Pi 4 Model B Rev 1.4." }),
  arch: z.string().meta({ description: "As Go names it: amd64, arm64." }),
  os: z.string(),
  kernel: z.string(),
  engine: z.string().meta({ description: "Container engine and version: docker://20.10.24." }),
  version: z.string().meta({ description: "Of Bramble, as a kubelet would write it." }),
  cpus: z.number().nonnegative(),
  memoryBytes: z.number().nonnegative(),
  labels: z.record(z.string(), z.string()),
});
export type NodeStatus = z.infer<typeof nodeStatusSchema>;

const usedOf = z.object({ usedBytes: z.number().nonnegative(), totalBytes: z.number().nonnegative() });

export const nodeMetricsSchema = z.object({
  measured: z.iso.datetime().meta({ description: "By the board's clock." }),
  uptimeSeconds: z.number().nonnegative(),
  cpuShare: z.number().min(0).max(1).optional().meta({
    description: "Of all its processors, on average since the last measurement; absent in the first.",
  }),
  load1: z.number().nonnegative().meta({ description: "Processes that wanted to run, on average over a minute." }),
  memory: usedOf,
  disk: usedOf.meta({ description: "Of the file system that holds Bramble's data." }),
  temperatureCelsius: z.number().optional(),
  underVoltage: z.boolean().optional().meta({ description: "Whether the supply is too weak now; absent if unknown." }),
  throttled: z.boolean().optional().meta({ description: "Whether the processor is slowed down to protect itself." }),
  link: z.object({ receivedBytes: z.number().nonnegative(), sentBytes: z.number().nonnegative() }).meta({
    description:
      "Through the interface of the default route (or the LAN's, where there is none), since the board started.",
  }),
  pods: z.int().nonnegative().meta({ description: "That the board runs." }),
});
export type NodeMetrics = z.infer<typeof nodeMetricsSchema>;

export const nodeMeshSchema = z.object({
  measured: z.iso.datetime(),
  peers: z.array(
    z.object({
      node: z.string(),
      endpoint: z.string().optional().meta({ description: "Where the peer was last heard: 10.0.0.7:51820." }),
      handshakeAgeSeconds: z.number().nonnegative().optional().meta({ description: "Absent before the first." }),
      receivedBytes: z.number().nonnegative(),
      sentBytes: z.number().nonnegative(),
    }),
  ),
});
export type NodeMesh = z.infer<typeof nodeMeshSchema>;
