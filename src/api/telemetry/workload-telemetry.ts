/** What is said of what runs: pods, the workloads that own them with their rollouts, and claims on storage. */
import { z } from "zod";

export const podTelemetrySchema = z.object({
  uid: z.string(),
  phase: z.enum(["Pending", "Running", "Succeeded", "Failed", "Unknown"]),
  status: z.string().meta({ description: "The word that `kubectl get pods` shows: Running, CrashLoopBackOff." }),
  message: z.string().optional().meta({ description: "What went wrong, where anything did." }),
  node: z.string().optional(),
  address: z.string().optional(),
  containers: z.array(z.object({ name: z.string(), image: z.string() })),
  ready: z.int().nonnegative().meta({ description: "How many of its containers are ready." }),
  restarts: z.int().nonnegative(),
  owner: z.object({ resource: z.string(), name: z.string() }).optional().meta({
    description: "The workload it belongs to: daemonsets, hello.",
  }),
  created: z.iso.datetime(),
});
export type PodTelemetry = z.infer<typeof podTelemetrySchema>;

/** How far one board has come with a rollout. */
const boardProgressSchema = z.object({
  node: z.string(),
  state: z.enum(["updated", "updating", "outdated", "offline", "failed"]).meta({
    description: "`offline`: away before its turn, served when it returns; it holds nobody up.",
  }),
});
export type BoardProgress = z.infer<typeof boardProgressSchema>;

export const workloadTelemetrySchema = z.object({
  uid: z.string(),
  desired: z.int().nonnegative(),
  updated: z.int().nonnegative(),
  ready: z.int().nonnegative(),
  available: z.int().nonnegative(),
  complete: z.boolean().meta({ description: "Whether every reachable board runs the newest revision." }),
  images: z.array(z.string()),
  boards: z.array(boardProgressSchema).optional().meta({ description: "Board by board, for DaemonSets." }),
  created: z.iso.datetime(),
});
export type WorkloadTelemetry = z.infer<typeof workloadTelemetrySchema>;

export const claimTelemetrySchema = z.object({
  phase: z.enum(["Pending", "Bound", "Lost"]),
  volume: z.string().optional(),
  capacityBytes: z.number().nonnegative().optional(),
  storageClass: z.string().optional(),
  node: z.string().optional().meta({ description: "The board whose disk holds it." }),
  created: z.iso.datetime(),
});
export type ClaimTelemetry = z.infer<typeof claimTelemetrySchema>;
