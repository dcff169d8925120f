import type { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { bytesMap, define, definitionPrefix, flag, stringMap } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../printing.ts";
import type { Resource } from "../resource.ts";
import { type Cause, invalid } from "../validation/cause.ts";
import { keyCount, validateBase64, validateImmutable, validateKeys, validateSize } from "../validation/keyed-data.ts";

export const configMapSchema = define(
  `${definitionPrefix.core}.ConfigMap`,
  "Settings by key, for pods to read as files or variables.",
  {
    ...typeMeta("v1", "ConfigMap"),
    metadata: objectMetaSchema,
    immutable: flag,
    data: stringMap,
    binaryData: bytesMap,
  },
  {
    data: "Text by key. Keys are made of letters, digits, `-`, `_` and `.`.",
    binaryData: "Bytes in base64 by key; no key may also be in data.",
    immutable: "Keeps the content from ever being changed.",
  },
);
export type ConfigMap = z.infer<typeof configMapSchema>;

export const configMapResource: Resource<ConfigMap> = defineResource<ConfigMap>({
  group: "",
  version: "v1",
  kind: "ConfigMap",
  plural: "configmaps",
  shortNames: ["cm"],
  namespaced: true,
  schema: configMapSchema,
  columns: [
    nameColumn,
    {
      name: "Data",
      description: "How many keys there are.",
      cell: ({ data, binaryData }) => `${keyCount(data, binaryData)}`,
    },
    ageColumn,
  ],
  validate: validateConfigMap,
  validateUpdate: (next, current) => [...validateImmutable(next, current, ["data", "binaryData"])],
});

function validateConfigMap({ data, binaryData }: ConfigMap): Cause[] {
  const causes = [...validateKeys(data, "data"), ...validateBase64(binaryData, "binaryData")];
  for (const key of Object.keys(binaryData ?? {}))
    if (Object.hasOwn(data ?? {}, key))
      causes.push(invalid(`data[${key}]`, key, "duplicate of key present in binaryData"));
  return [...causes, ...validateSize(data, binaryData, "")];
}
