import type { z } from "zod";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, flag, stringMap } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";

export const configMapSchema = define(
  `${definitionPrefix.core}.ConfigMap`,
  "Settings by key, for pods to read as files or variables.",
  {
    ...typeMeta("v1", "ConfigMap"),
    metadata: objectMetaSchema,
    immutable: flag,
    data: stringMap,
    binaryData: stringMap,
  },
  {
    data: "Text by key. Keys are made of letters, digits, `-`, `_` and `.`.",
    binaryData: "Bytes in base64 by key; no key may also be in data.",
    immutable: "Keeps the content from ever being changed.",
  },
);
export type ConfigMap = z.infer<typeof configMapSchema>;
