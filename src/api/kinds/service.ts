import type { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { conditionSchema } from "../meta/condition.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix, mergeList } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import type { Resource } from "../resource.ts";
import { dns1035Label } from "../validation/names.ts";
import { loadBalancerStatusSchema } from "./load-balancer-status.ts";
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
  restore: withAllocations,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
});

/** Addresses and ports that the fleet chose stay, so that a manifest can be sent again without them. */
function withAllocations(next: Service, current: Service): Service {
  const { spec } = next;
  const hasAddress = spec.type !== "ExternalName" && current.spec.type !== "ExternalName";
  const { clusterIP, clusterIPs, healthCheckNodePort } = current.spec;
  const address = hasAddress && spec.clusterIP === undefined && clusterIP !== undefined;
  const opens = spec.type === "NodePort" || spec.type === "LoadBalancer";
  const nodePorts = new Map(current.spec.ports?.map((port) => [`${port.protocol}/${port.port}`, port.nodePort]));
  const ports = spec.ports?.map((port) => {
    const nodePort = port.nodePort ?? nodePorts.get(`${port.protocol}/${port.port}`);
    return opens && nodePort !== undefined ? { ...port, nodePort } : port;
  });
  const checks = spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local";
  return {
    ...next,
    spec: {
      ...spec,
      ...(address ? { clusterIP, clusterIPs } : {}),
      ...(ports === undefined ? {} : { ports }),
      ...(checks ? { healthCheckNodePort: spec.healthCheckNodePort ?? healthCheckNodePort } : {}),
    },
  };
}
