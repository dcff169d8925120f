import { z } from "zod";
import { ownValue } from "../../lib/own-value.ts";
import { defineResource } from "../define-resource.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { atomic, define, definitionPrefix, requiredText, textList } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../printing.ts";
import type { Resource } from "../resource.ts";
import { resourceList } from "./resource-requirements.ts";
import { validateResourceQuota, validateResourceQuotaUpdate } from "./validate-resource-quota.ts";

const prefix = definitionPrefix.core;

const scopeSelectorSchema = atomic(
  define(`${prefix}.ScopeSelector`, "Which objects count; all conditions must hold.", {
    matchExpressions: z
      .array(
        define(
          `${prefix}.ScopedResourceSelectorRequirement`,
          "One condition on a pod.",
          {
            scopeName: requiredText,
            operator: z.enum(["In", "NotIn", "Exists", "DoesNotExist"]),
            values: textList,
          },
          {
            scopeName:
              "Terminating, NotTerminating, BestEffort, NotBestEffort, PriorityClass or CrossNamespacePodAffinity.",
          },
        ),
      )
      .optional(),
  }),
);

const resourceQuotaSchema = define(
  `${prefix}.ResourceQuota`,
  "How much the objects of a namespace may ask for together.",
  {
    ...typeMeta("v1", "ResourceQuota"),
    metadata: objectMetaSchema,
    spec: define(
      `${prefix}.ResourceQuotaSpec`,
      "The bounds.",
      { hard: resourceList, scopes: textList, scopeSelector: scopeSelectorSchema.optional() },
      { hard: "The most of each resource.", scopes: "Which objects count; all of them where absent." },
    ).default({}),
    status: define(
      `${prefix}.ResourceQuotaStatus`,
      "How much is used.",
      { hard: resourceList, used: resourceList },
      { hard: "The bounds that are enforced.", used: "How much is used of each resource." },
    ).default({}),
  },
  { spec: "The bounds.", status: "How much is used; written by the fleet." },
);
export type ResourceQuota = z.infer<typeof resourceQuotaSchema>;

export const resourceQuotaResource: Resource<ResourceQuota> = defineResource<ResourceQuota>({
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  shortNames: ["quota"],
  namespaced: true,
  schema: resourceQuotaSchema,
  columns: [
    nameColumn,
    ageColumn,
    { name: "Request", description: "What is used of what may be requested.", cell: (quota) => usage(quota, false) },
    { name: "Limit", description: "What is used of what may be limited to.", cell: (quota) => usage(quota, true) },
  ],
  initialStatus: () => ({}),
  validate: validateResourceQuota,
  validateUpdate: validateResourceQuotaUpdate,
});

function usage({ status: { hard = {}, used } }: ResourceQuota, ofLimits: boolean): string {
  const names = Object.keys(hard).filter((name) => name.startsWith("limits") === ofLimits);
  return names
    .sort()
    .map((name) => `${name}: ${ownValue(used, name) ?? "0"}/${ownValue(hard, name) ?? "0"}`)
    .join(", ");
}
