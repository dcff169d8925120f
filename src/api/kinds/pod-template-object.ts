/** PodTemplates: templates that stand for themselves, for controllers to refer to. */
import type { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { labelsText, nameColumn } from "../printing.ts";
import type { Resource } from "../resource.ts";
import { podTemplateSpecSchema } from "./pod-template.ts";
import { containersColumn, imagesColumn } from "./template-columns.ts";
import { validateTemplate } from "./validate-selected-template.ts";

const podTemplateSchema = define(
  `${definitionPrefix.core}.PodTemplate`,
  "What pods are made from, as an object of its own.",
  { ...typeMeta("v1", "PodTemplate"), metadata: objectMetaSchema, template: podTemplateSpecSchema },
  { template: "What the pods are made from." },
);
export type PodTemplate = z.infer<typeof podTemplateSchema>;

export const podTemplateResource: Resource<PodTemplate> = defineResource<PodTemplate>({
  group: "",
  version: "v1",
  kind: "PodTemplate",
  plural: "podtemplates",
  namespaced: true,
  schema: podTemplateSchema,
  columns: [
    nameColumn,
    { ...containersColumn<PodTemplate>(({ template }) => template), wide: false },
    { ...imagesColumn<PodTemplate>(({ template }) => template), wide: false },
    {
      name: "Pod Labels",
      description: "Labels of the pods.",
      cell: ({ template }) => labelsText(template.metadata.labels),
    },
  ],
  wish: ({ template }) => template,
  validate: ({ template }) => validateTemplate(template, "template"),
});
