/** How a board hears that it is to become a voter: an annotation of its own Node, which is part of its slice. */
import { z } from "zod";
import type { SliceObject } from "../api/board-link.ts";
import { nodeResource } from "../api/kinds/node.ts";
import type { ApiClient } from "../client/api-client.ts";

const annotation = "bramble.io/voter";
const invited = "invited";

const nodeSchema = z.object({
  kind: z.literal("Node"),
  metadata: z.object({ name: z.string(), annotations: z.record(z.string(), z.string()).optional() }),
});

export async function tellInvited(client: ApiClient, node: string, isInvited: boolean): Promise<void> {
  const annotations = { [annotation]: isInvited ? invited : null };
  await client.mergePatch(nodeResource, { name: node }, { metadata: { annotations } });
}

export function isInvited(slice: readonly SliceObject[], node: string): boolean {
  return slice.some((object) => {
    const { data } = nodeSchema.safeParse(object);
    return data?.metadata.name === node && data.metadata.annotations?.[annotation] === invited;
  });
}
