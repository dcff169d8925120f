import { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { conditionStatusSchema } from "../meta/condition.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, mergeList, requiredText, text, textList } from "../meta/schema.ts";
import { time } from "../meta/time.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../printing.ts";
import type { Resource } from "../resource.ts";
import { dnsLabel } from "../validation/names.ts";

const prefix = definitionPrefix.core;
const nameLabel = "kubernetes.io/metadata.name";

const namespaceConditionSchema = define(`${prefix}.NamespaceCondition`, "A fact about a namespace.", {
  type: requiredText,
  status: conditionStatusSchema,
  lastTransitionTime: time,
  reason: text,
  message: text,
});

const namespaceSchema = define(
  `${prefix}.Namespace`,
  "A room for names: objects of different namespaces may be called alike.",
  {
    ...typeMeta("v1", "Namespace"),
    metadata: objectMetaSchema,
    spec: define(`${prefix}.NamespaceSpec`, "What must happen before the namespace is removed.", {
      finalizers: textList,
    }).default({}),
    status: define(`${prefix}.NamespaceStatus`, "Whether the namespace is in use.", {
      phase: z.enum(["Active", "Terminating"]).optional(),
      conditions: mergeList(namespaceConditionSchema, "type").optional(),
    }).default({}),
  },
  { status: "Active, or Terminating while its objects are being deleted." },
);
export type Namespace = z.infer<typeof namespaceSchema>;

export const namespaceResource: Resource<Namespace> = defineResource<Namespace>({
  group: "",
  version: "v1",
  kind: "Namespace",
  plural: "namespaces",
  shortNames: ["ns"],
  namespaced: false,
  schema: namespaceSchema,
  subresources: ["finalize"],
  nameRule: dnsLabel,
  columns: [
    nameColumn,
    { name: "Status", description: "Active or Terminating.", cell: ({ status }) => status.phase ?? "" },
    ageColumn,
  ],
  fields: { "status.phase": ({ status }) => status.phase },
  initialStatus: () => ({ phase: "Active" }),
  // The name as a label lets selectors of namespaces choose one by name.
  derive: (namespace) => {
    const { metadata } = namespace;
    return { ...namespace, metadata: { ...metadata, labels: { ...metadata.labels, [nameLabel]: metadata.name } } };
  },
});
