import type { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { conditionSchema } from "../meta/condition.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, mergeList } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import type { Resource } from "../resource.ts";
import { dns1035Label } from "../validation/names.ts";
import { loadBalancerStatusSchema } from "./load-balancer-status.ts";
import { restoreService } from "./restore-service.ts";
import { serviceColumns } from "./service-columns.ts";
import { serviceSpecSchema } from "./service-spec.ts";
import { validateService, validateServiceUpdate } from "./validate-service.ts";

const prefix = definitionPrefix.core;

const serviceSchema = define(
  `${prefix}.Service`,
  "One lasting address and name for pods that come and go.",
  {
    ...typeMeta("v1", "Service"),
    metadata: objectMetaSchema,
    spec: serviceSpecSchema.prefault({}),
    status: define(`${prefix}.ServiceStatus`, "How the service is reached from outside.", {
      loadBalancer: loadBalancerStatusSchema.default({}),
      conditions: mergeList(conditionSchema, "type").optional(),
    }).prefault({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type Service = z.infer<typeof serviceSchema>;

export const serviceResource: Resource<Service> = defineResource<Service>({
  group: "",
  version: "v1",
  kind: "Service",
  plural: "services",
  shortNames: ["svc"],
  categories: ["all"],
  namespaced: true,
  schema: serviceSchema,
  subresources: ["proxy"],
  nameRule: dns1035Label,
  columns: serviceColumns,
  fields: { "spec.clusterIP": ({ spec }) => spec.clusterIP, "spec.type": ({ spec }) => spec.type },
  initialStatus: () => ({ loadBalancer: {} }),
  restore: restoreService,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
});
