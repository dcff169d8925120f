/** What the network and the link read in a board's slice; what does not parse is left out. */
import { z } from "zod";
import type { SliceObject } from "../api/board-link.ts";
import type { MeshNode } from "../network/render/mesh.ts";

const meshNodeSchema = z.object({
  kind: z.literal("Node"),
  metadata: z.object({
    name: z.string(),
    creationTimestamp: z.string().optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
  spec: z.object({ podCIDR: z.string().optional() }).optional(),
});

const fleetSchema = z.object({
  kind: z.literal("Fleet"),
  spec: z.object({ voters: z.array(z.object({ address: z.string() })) }),
});

export function nodesOfSlice(objects: readonly SliceObject[]): readonly MeshNode[] {
  return objects.flatMap((object) => meshNodeSchema.safeParse(object).data ?? []);
}

/** Addresses of the voters' control brokers; empty where the slice does not know them. */
export function votersOfSlice(objects: readonly SliceObject[]): readonly string[] {
  return objects
    .flatMap((object) => fleetSchema.safeParse(object).data?.spec.voters ?? [])
    .map(({ address }) => address);
}
