import type { z } from "zod";
import { define, definitionPrefix, int64, text } from "./schema.ts";

/** What a list says about itself; `continue` asks for the rest. */
export const listMetaSchema = define(
  `${definitionPrefix.machinery}.ListMeta`,
  "What a list says about itself.",
  { selfLink: text, resourceVersion: text, continue: text, remainingItemCount: int64 },
  {
    resourceVersion: "The version of the state that the list shows; a watch continues from it.",
    continue: "Given back as `continue`, asks for the rest of the list.",
  },
);
export type ListMeta = z.infer<typeof listMetaSchema>;

/** A list of objects as the server answers it: `PodList`. */
export interface ApiList<T> {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ListMeta;
  readonly items: readonly T[];
}
