import { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { base64OfText } from "../meta/base64.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { bytesMap, define, definitionPrefix, flag, stringMap } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../printing.ts";
import type { Resource } from "../resource.ts";
import { type Cause, required } from "../validation/cause.ts";
import { keyCount, validateBase64, validateImmutable, validateSize } from "../validation/keyed-data.ts";
import { immutable } from "../validation/object-meta.ts";

export const secretSchema = define(
  `${definitionPrefix.core}.Secret`,
  "Secrets by key, for pods to read as files or variables.",
  {
    ...typeMeta("v1", "Secret"),
    metadata: objectMetaSchema,
    immutable: flag,
    data: bytesMap,
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

export const secretResource: Resource<Secret> = defineResource<Secret>({
  group: "",
  version: "v1",
  kind: "Secret",
  plural: "secrets",
  namespaced: true,
  schema: secretSchema,
  columns: [
    nameColumn,
    { name: "Type", description: "What the secret is for.", cell: ({ type }) => type },
    { name: "Data", description: "How many keys there are.", cell: ({ data }) => `${keyCount(data)}` },
    ageColumn,
  ],
  fields: { type: ({ type }) => type },
  derive: withStringData,
  validate: validateSecret,
  validateUpdate: (next, current) => [
    ...immutable("type", next.type, current.type),
    ...validateImmutable(next, current, ["data"]),
  ],
});

/** Text that was given for writing becomes data. */
function withStringData(secret: Secret): Secret {
  const { stringData, ...rest } = secret;
  if (stringData === undefined) return secret;
  const encoded = Object.entries(stringData).map(([key, value]) => [key, base64OfText(value)] as const);
  return { ...rest, data: Object.fromEntries([...Object.entries(secret.data ?? {}), ...encoded]) };
}

/** Keys that secrets of a type must have. */
const keysOfTypes: ReadonlyMap<string, readonly string[]> = new Map([
  ["kubernetes.io/tls", ["tls.crt", "tls.key"]],
  ["kubernetes.io/dockerconfigjson", [".dockerconfigjson"]],
  ["kubernetes.io/dockercfg", [".dockercfg"]],
  ["kubernetes.io/ssh-auth", ["ssh-privatekey"]],
]);

function validateSecret({ data, type }: Secret): Cause[] {
  const missing = (keysOfTypes.get(type) ?? []).filter((key) => !Object.hasOwn(data ?? {}, key));
  return [
    ...validateBase64(data, "data"),
    ...validateSize(undefined, data, "data"),
    ...missing.map((key) => required(`data[${key}]`)),
  ];
}
