/** What this voter says of itself before anybody has signed in. */
import { z } from "zod";

const factsSchema = z.object({ fleet: z.string(), version: z.string() });
export type FleetFacts = z.infer<typeof factsSchema>;

/** Throws where the voter cannot be reached. */
export async function readFleetFacts(): Promise<FleetFacts> {
  const response = await fetch("/dashboard/fleet.json", { cache: "no-store" });
  return factsSchema.parse(await response.json());
}
