/** What a fleet says of itself as a whole. */
import { z } from "zod";

export const fleetSummarySchema = z.object({
  name: z.string().meta({ description: "The fleet's name." }),
  version: z.string().meta({ description: "The release of Bramble that the voter who says this runs." }),
  leader: z.string().optional().meta({ description: "The node that leads; absent while nobody does." }),
  term: z.int().nonnegative().meta({ description: "Rises with every election." }),
  voters: z
    .array(
      z.object({
        node: z.string(),
        address: z.string().meta({ description: "Of the board, without a port." }),
        role: z.enum(["voter", "learner"]),
      }),
    )
    .meta({ description: "Who decides for the fleet, sorted by node." }),
  nodes: z.object({
    total: z.int().nonnegative(),
    ready: z.int().nonnegative(),
    offline: z.int().nonnegative(),
  }),
  pods: z.object({ total: z.int().nonnegative(), ready: z.int().nonnegative(), failed: z.int().nonnegative() }),
});
export type FleetSummary = z.infer<typeof fleetSummarySchema>;
