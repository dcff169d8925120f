import { z } from "zod";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, flag, stringMap } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";

export const secretSchema = define(
  `${definitionPrefix.core}.Secret`,
  "Secrets by key, for pods to read as files or variables.",
  {
    ...typeMeta("v1", "Secret"),
    metadata: objectMetaSchema,
    immutable: flag,
    data: stringMap,
    stringData: stringMap,
    type: z.string().default("Opaque"),
  },
  {
    data: "Bytes in base64 by key.",
    stringData: "Text by key, for writing alone: it becomes data.",
    type: "What the secret is for; Opaque says nothing about it.",
    immutable: "Keeps the content from ever being changed.",
  },
);
export type Secret = z.infer<typeof secretSchema>;
