import { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { atomicMap, define, definitionPrefix, requiredText } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../../printing.ts";
import type { Resource } from "../../resource.ts";
import { type Cause, invalid } from "../../validation/cause.ts";
import { dnsLabel } from "../../validation/names.ts";
import { immutable, validateLabels } from "../../validation/object-meta.ts";
import { tolerationSchema } from "../affinity.ts";
import { resourceList } from "../resource-requirements.ts";
import { validateTolerations } from "../validate-affinity.ts";

const prefix = definitionPrefix.node;

const runtimeClassSchema = define(
  `${prefix}.RuntimeClass`,
  "A way of running containers that pods can ask for by name.",
  {
    ...typeMeta("node.k8s.io/v1", "RuntimeClass"),
    metadata: objectMetaSchema,
    handler: requiredText,
    overhead: define(`${prefix}.Overhead`, "What the runtime itself uses.", { podFixed: resourceList }).optional(),
    scheduling: define(`${prefix}.Scheduling`, "Which boards have the runtime.", {
      nodeSelector: atomicMap,
      tolerations: z.array(tolerationSchema).optional(),
    }).optional(),
  },
  {
    handler: "The engine's name of the runtime. Cannot be changed.",
    overhead: "What the runtime uses for a pod besides its containers.",
    scheduling: "Which boards have the runtime; all of them where absent.",
  },
);
export type RuntimeClass = z.infer<typeof runtimeClassSchema>;

export const runtimeClassResource: Resource<RuntimeClass> = defineResource<RuntimeClass>({
  group: "node.k8s.io",
  version: "v1",
  kind: "RuntimeClass",
  plural: "runtimeclasses",
  namespaced: false,
  schema: runtimeClassSchema,
  columns: [
    nameColumn,
    { name: "Handler", description: "The engine's name of the runtime.", cell: ({ handler }) => handler },
    ageColumn,
  ],
  validate: validateRuntimeClass,
  validateUpdate: (next, current) => immutable("handler", next.handler, current.handler),
});

function validateRuntimeClass({ handler, scheduling }: RuntimeClass): Cause[] {
  const wrong = dnsLabel(handler);
  return [
    ...(wrong === undefined ? [] : [invalid("handler", handler, wrong)]),
    ...validateLabels(scheduling?.nodeSelector, "scheduling.nodeSelector"),
    ...validateTolerations(scheduling?.tolerations ?? [], "scheduling.tolerations"),
  ];
}
