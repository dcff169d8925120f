import { z } from "zod";
import { definitionWarnings } from "../../custom/definition-warnings.ts";
import { defineResource } from "../../define-resource.ts";
import { conditionStatusSchema } from "../../meta/condition.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix, int64, mapList, requiredText, text, textList } from "../../meta/schema.ts";
import { time } from "../../meta/time.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import { createdAtColumn, nameColumn } from "../../printing.ts";
import type { Resource } from "../../resource.ts";
import { customResourceDefinitionSpecSchema } from "./custom-resource-definition-spec.ts";
import {
  validateCustomResourceDefinition,
  validateCustomResourceDefinitionUpdate,
} from "./validate-custom-resource-definition.ts";

const prefix = definitionPrefix.apiextensions;

const statusSchema = define(
  `${prefix}.CustomResourceDefinitionStatus`,
  "Whether the kind is served.",
  {
    conditions: mapList(
      define(`${prefix}.CustomResourceDefinitionCondition`, "A fact about the definition.", {
        type: requiredText,
        status: conditionStatusSchema,
        lastTransitionTime: time,
        reason: text,
        message: text,
        observedGeneration: int64,
      }),
      "type",
    ).optional(),
    acceptedNames: define(`${prefix}.CustomResourceDefinitionNames`, "What the kind is called.", {
      plural: z.string().default(""),
      singular: text,
      shortNames: textList,
      kind: z.string().default(""),
      listKind: text,
      categories: textList,
    }).prefault({}),
    storedVersions: textList.default([]),
    observedGeneration: int64,
  },
  { acceptedNames: "The names under which it is served.", storedVersions: "Versions that objects may be stored in." },
);

const customResourceDefinitionSchema = define(
  `${prefix}.CustomResourceDefinition`,
  "Makes a kind known to the fleet.",
  {
    ...typeMeta("apiextensions.k8s.io/v1", "CustomResourceDefinition"),
    metadata: objectMetaSchema,
    spec: customResourceDefinitionSpecSchema,
    status: statusSchema.prefault({}),
  },
  { spec: "What the kind is.", status: "Whether it is served; written by the fleet." },
);
export type CustomResourceDefinition = z.infer<typeof customResourceDefinitionSchema>;

export const customResourceDefinitionResource: Resource<CustomResourceDefinition> =
  defineResource<CustomResourceDefinition>({
    group: "apiextensions.k8s.io",
    version: "v1",
    kind: "CustomResourceDefinition",
    plural: "customresourcedefinitions",
    shortNames: ["crd", "crds"],
    categories: ["api-extensions"],
    namespaced: false,
    schema: customResourceDefinitionSchema,
    columns: [nameColumn, createdAtColumn],
    wish: ({ spec }) => spec,
    initialStatus: ({ spec }) => ({
      conditions: [],
      acceptedNames: { plural: "", kind: "" },
      storedVersions: spec.versions.filter(({ storage }) => storage).map(({ name }) => name),
    }),
    validate: validateCustomResourceDefinition,
    warnings: definitionWarnings,
    validateUpdate: validateCustomResourceDefinitionUpdate,
  });
