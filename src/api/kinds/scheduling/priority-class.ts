import { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix, flag, int32Value, text } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../../printing.ts";
import type { Resource } from "../../resource.ts";
import { type Cause, forbidden } from "../../validation/cause.ts";

const priorityClassSchema = define(
  `${definitionPrefix.scheduling}.PriorityClass`,
  "A name for how important pods are.",
  {
    ...typeMeta("scheduling.k8s.io/v1", "PriorityClass"),
    metadata: objectMetaSchema,
    value: int32Value.default(0),
    globalDefault: flag,
    description: text,
    preemptionPolicy: z.enum(["PreemptLowerPriority", "Never"]).default("PreemptLowerPriority"),
  },
  {
    value: "The higher, the more important. Cannot be changed.",
    globalDefault: "Whether pods that name no class have this one.",
    description: "When to use the class.",
    preemptionPolicy: "Whether pods of the class may take the place of others: PreemptLowerPriority or Never.",
  },
);
export type PriorityClass = z.infer<typeof priorityClassSchema>;

const systemPrefix = "system-";
/** Classes that the fleet makes for its own pods. */
const systemClasses: ReadonlyMap<string, number> = new Map([
  ["system-cluster-critical", 2_000_000_000],
  ["system-node-critical", 2_000_001_000],
]);
/** Everything above is the system's. */
const valueMax = 1_000_000_000;

export const priorityClassResource: Resource<PriorityClass> = defineResource<PriorityClass>({
  group: "scheduling.k8s.io",
  version: "v1",
  kind: "PriorityClass",
  plural: "priorityclasses",
  shortNames: ["pc"],
  namespaced: false,
  schema: priorityClassSchema,
  columns: [
    nameColumn,
    { name: "Value", type: "integer", description: "The higher, the more important.", cell: ({ value }) => value },
    {
      name: "Global-Default",
      type: "boolean",
      description: "Whether pods that name no class have this one.",
      cell: ({ globalDefault }) => globalDefault ?? false,
    },
    ageColumn,
  ],
  wish: (priorityClass) => ({ ...priorityClass, metadata: undefined }),
  validate: validatePriorityClass,
  validateUpdate: (next, current) => [
    ...(next.value === current.value ? [] : [forbidden("value", "may not be changed in an update.")]),
    ...(next.preemptionPolicy === current.preemptionPolicy
      ? []
      : [forbidden("preemptionPolicy", "may not be changed in an update.")]),
  ],
});

function validatePriorityClass({ metadata, value }: PriorityClass): Cause[] {
  if (metadata.name.startsWith(systemPrefix))
    return systemClasses.get(metadata.name) === value
      ? []
      : [
          forbidden(
            "metadata.name",
            `priority class names with '${systemPrefix}' prefix are reserved for system use only. error: ${metadata.name} is not a known system priority class`,
          ),
        ];
  if (value <= valueMax) return [];
  return [forbidden("value", `maximum allowed value of a user defined priority is ${valueMax}`)];
}
