/** What a version of a group serves, as discovery lists it: as much of it as our own clients read. */
import { z } from "zod";

export const apiResourceListSchema = z.object({
  /** `pods`, and `pods/log` for what is below them. */
  resources: z.array(z.object({ name: z.string(), kind: z.string() })),
});
