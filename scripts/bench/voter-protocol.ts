/** What a bench and a voter that it has started say to each other. */
import { z } from "zod";

const pem = z.string();

export const openingSchema = z.object({
  fleet: z.string(),
  id: z.string(),
  directory: z.string(),
  members: z.array(z.object({ id: z.string(), node: z.string(), address: z.string() })),
  pki: z.object({ caPem: pem, certificatePem: pem, keyPem: pem }),
});
export type Opening = z.infer<typeof openingSchema>;

export const orderSchema = z.discriminatedUnion("type", [
  /** Puts from clients in the voter's own process. */
  z.object({
    type: z.literal("load"),
    clients: z.number(),
    valueBytes: z.number(),
    warmUpMs: z.number(),
    ms: z.number(),
  }),
  /** So many objects, each once. */
  z.object({ type: z.literal("fill"), objects: z.number(), valueBytes: z.number() }),
  /** Ends as a board that is shut down: with a last checkpoint. */
  z.object({ type: z.literal("stop") }),
]);
export type Order = z.infer<typeof orderSchema>;

export const reportSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("up"), apiPort: z.number() }),
  /** Its leader's work is done: the first objects are there. */
  z.object({ type: z.literal("leads"), term: z.number() }),
  z.object({
    type: z.literal("loaded"),
    figures: z.object({
      answered: z.number(),
      operations: z.number(),
      opsPerSecond: z.number(),
      p50Ms: z.number(),
      p99Ms: z.number(),
    }),
  }),
  z.object({ type: z.literal("filled") }),
  z.object({ type: z.literal("failed"), message: z.string() }),
]);
export type Report = z.infer<typeof reportSchema>;
