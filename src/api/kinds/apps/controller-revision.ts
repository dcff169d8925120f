import { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { controllerOf } from "../../meta/owner.ts";
import { annotate, define, definitionPrefix, int64Value, mapOf } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../../printing.ts";
import type { Resource } from "../../resource.ts";
import { type Cause, required } from "../../validation/cause.ts";
import { immutable } from "../../validation/object-meta.ts";
import { validateNonnegative } from "../../validation/share.ts";

const anything = mapOf(z.unknown());

const controllerRevisionSchema = define(
  `${definitionPrefix.apps}.ControllerRevision`,
  "What a workload once was, so that it can be so again.",
  {
    ...typeMeta("apps/v1", "ControllerRevision"),
    metadata: objectMetaSchema,
    data: annotate(anything, {
      definition: "io.k8s.apimachinery.pkg.runtime.RawExtension",
      description: "Any object.",
      openapi: { type: "object" },
      mapType: "atomic",
      values: z.unknown(),
    }).optional(),
    revision: int64Value,
  },
  { data: "The state. Cannot be changed.", revision: "The higher, the later." },
);
export type ControllerRevision = z.infer<typeof controllerRevisionSchema>;

export const controllerRevisionResource: Resource<ControllerRevision> = defineResource<ControllerRevision>({
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  namespaced: true,
  schema: controllerRevisionSchema,
  columns: [
    nameColumn,
    { name: "Controller", description: "The workload.", cell: controllerText },
    { name: "Revision", description: "The higher, the later.", cell: ({ revision }) => `${revision}` },
    ageColumn,
  ],
  validate: ({ data, revision }): Cause[] => [
    ...(data === undefined ? [required("data", "data is mandatory")] : []),
    ...validateNonnegative(revision, "revision"),
  ],
  validateUpdate: (next, current) => immutable("data", next.data, current.data),
});

/** `daemonset.apps/web` */
function controllerText(revision: ControllerRevision): string {
  const owner = controllerOf(revision);
  if (owner === undefined) return "<none>";
  const group = owner.apiVersion.includes("/") ? `.${owner.apiVersion.split("/")[0]}` : "";
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}
