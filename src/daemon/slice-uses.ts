/** What the network, the link and measuring read in a board's slice; what does not parse is left out. */
import { z } from "zod";
import type { MeshGauge } from "../agent/telemetry/ports.ts";
import type { SliceObject } from "../api/board-link.ts";
import type { BoardNetwork } from "../network/board-network.ts";
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

const podSchema = z.object({
  kind: z.literal("Pod"),
  status: z.object({ phase: z.string().optional() }).optional(),
});

/** How many pods there are that have not ended. */
export function podsOfSlice(objects: readonly SliceObject[]): number {
  return objects.filter((object) => {
    const pod = podSchema.safeParse(object).data;
    return pod !== undefined && pod.status?.phase !== "Succeeded" && pod.status?.phase !== "Failed";
  }).length;
}

/** The mesh as measuring asks for it. */
export function meshGauge(network: Pick<BoardNetwork, "traffic">): MeshGauge {
  return {
    async peers() {
      return (await network.traffic()).map(({ node, endpoint, handshakeSeconds, receivedBytes, sentBytes }) => ({
        node,
        ...(endpoint !== undefined && { endpoint }),
        ...(handshakeSeconds !== undefined && { handshakeMs: handshakeSeconds * 1000 }),
        receivedBytes,
        sentBytes,
      }));
    },
  };
}
