/** What a board and its containers use, as the board answers a `usage` stream: one JSON document on channel 1. */
import { z } from "zod";

const usageSchema = z.object({
  /** Billionths of a processor, on average over the window. */
  cpuNanoCores: z.number().nonnegative(),
  /** What cannot be given back at once: without the page cache that is easily dropped. */
  memoryBytes: z.number().nonnegative(),
});
export type Usage = z.infer<typeof usageSchema>;

export const boardUsageSchema = z.object({
  /** Milliseconds since 1970, by the board's clock. */
  measuredMs: z.number(),
  windowMs: z.number().positive(),
  board: usageSchema,
  pods: z.array(
    z.object({
      namespace: z.string(),
      name: z.string(),
      uid: z.string(),
      containers: z.array(usageSchema.extend({ name: z.string() })),
    }),
  ),
});
export type BoardUsage = z.infer<typeof boardUsageSchema>;
