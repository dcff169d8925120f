import type { z } from "zod";
import { templateMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { objectReferenceSchema } from "./references.ts";

/** The body of `POST …/pods/<name>/binding`. */
export const bindingSchema = define(
  `${definitionPrefix.core}.Binding`,
  "Ties a pod to a node.",
  { ...typeMeta("v1", "Binding"), metadata: templateMetaSchema.default({}), target: objectReferenceSchema },
  { target: "The node." },
);
export type Binding = z.infer<typeof bindingSchema>;
