import { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, requiredText } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { createdAtColumn, nameColumn } from "../printing.ts";
import type { Resource } from "../resource.ts";
import { type ResourceList, resourceList } from "./resource-requirements.ts";
import { validateLimitRange } from "./validate-limit-range.ts";

const prefix = definitionPrefix.core;

interface Amounts {
  type: string;
  max?: ResourceList | undefined;
  min?: ResourceList | undefined;
  default?: ResourceList | undefined;
  defaultRequest?: ResourceList | undefined;
}

/** For containers the default limit is the maximum, and the default request the default limit or else the minimum. */
function withDefaults<I extends Amounts>(item: I): I {
  if (item.type !== "Container") return item;
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  return {
    ...item,
    ...(Object.keys(limits).length === 0 ? {} : { default: limits }),
    ...(Object.keys(requests).length === 0 ? {} : { defaultRequest: requests }),
  };
}

const limitRangeItemSchema = define(
  `${prefix}.LimitRangeItem`,
  "What one container, pod or claim may ask for.",
  {
    type: requiredText,
    max: resourceList,
    min: resourceList,
    default: resourceList,
    defaultRequest: resourceList,
    maxLimitRequestRatio: resourceList,
  },
  {
    type: "Container, Pod or PersistentVolumeClaim.",
    max: "The most of each resource.",
    min: "The least of each resource.",
    default: "The limit of a container that names none.",
    defaultRequest: "The request of a container that names none.",
    maxLimitRequestRatio: "How many times its request a limit may be.",
  },
).overwrite(withDefaults);
export type LimitRangeItem = z.infer<typeof limitRangeItemSchema>;

const limitRangeSchema = define(
  `${prefix}.LimitRange`,
  "Bounds and defaults for what single pods and containers of a namespace may ask for.",
  {
    ...typeMeta("v1", "LimitRange"),
    metadata: objectMetaSchema,
    spec: define(
      `${prefix}.LimitRangeSpec`,
      "The bounds.",
      { limits: z.array(limitRangeItemSchema).default([]) },
      { limits: "The bounds, by what they are for." },
    ).prefault({}),
  },
  { spec: "The bounds." },
);
export type LimitRange = z.infer<typeof limitRangeSchema>;

export const limitRangeResource: Resource<LimitRange> = defineResource<LimitRange>({
  group: "",
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
  shortNames: ["limits"],
  namespaced: true,
  schema: limitRangeSchema,
  columns: [nameColumn, createdAtColumn],
  validate: validateLimitRange,
});
