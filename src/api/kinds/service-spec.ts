/** What a service shall be: whom it leads to, under which address and ports. */
import { z } from "zod";
import { intOrStringSchema } from "../meta/int-or-string.ts";
import {
  atomicMap,
  define,
  definitionPrefix,
  flag,
  int32,
  int32Value,
  mergeList,
  pointerText,
  text,
  textList,
} from "../meta/schema.ts";
import { protocolSchema } from "./container.ts";

const prefix = definitionPrefix.core;
/** Three hours. */
const affinitySecondsDefault = 10_800;

const servicePortSchema = define(
  `${prefix}.ServicePort`,
  "One port of a service.",
  {
    name: text,
    protocol: protocolSchema.default("TCP"),
    appProtocol: pointerText,
    port: int32Value,
    targetPort: intOrStringSchema.optional(),
    nodePort: int32,
  },
  {
    name: "Needed where there are several ports.",
    port: "The port of the service.",
    targetPort: "The port of the pods, or its name; the service's own port where absent.",
    nodePort: "The port of every board that leads to the service.",
  },
).overwrite(withTargetPort);
export type ServicePort = z.infer<typeof servicePortSchema>;

function withTargetPort<P extends { port: number; targetPort?: number | string | undefined }>(port: P): P {
  const { targetPort } = port;
  const isSet = targetPort !== undefined && targetPort !== 0 && targetPort !== "";
  return isSet ? port : { ...port, targetPort: port.port };
}

const serviceTypeSchema = z.enum(["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"]);
const policySchema = z.enum(["Cluster", "Local"]);
const familySchema = z.enum(["IPv4", "IPv6"]);

const fields = {
  ports: mergeList(servicePortSchema, "port", { listMapKeys: ["port", "protocol"] }).optional(),
  selector: atomicMap,
  clusterIP: text,
  clusterIPs: textList,
  type: serviceTypeSchema.default("ClusterIP"),
  externalIPs: textList,
  sessionAffinity: z.enum(["None", "ClientIP"]).default("None"),
  loadBalancerIP: text,
  loadBalancerSourceRanges: textList,
  externalName: text,
  externalTrafficPolicy: policySchema.optional(),
  healthCheckNodePort: int32,
  publishNotReadyAddresses: flag,
  sessionAffinityConfig: define(`${prefix}.SessionAffinityConfig`, "How long a client stays with a pod.", {
    clientIP: define(`${prefix}.ClientIPConfig`, "By the client's address.", { timeoutSeconds: int32 }).optional(),
  }).optional(),
  ipFamilies: z.array(familySchema).optional(),
  ipFamilyPolicy: z.enum(["SingleStack", "PreferDualStack", "RequireDualStack"]).optional(),
  allocateLoadBalancerNodePorts: flag,
  loadBalancerClass: pointerText,
  internalTrafficPolicy: policySchema.optional(),
  trafficDistribution: pointerText,
};
const specShape = z.object(fields);
type Spec = z.infer<typeof specShape>;

export function isReachedFromOutside({ type, externalIPs = [] }: Pick<Spec, "type" | "externalIPs">): boolean {
  return type === "NodePort" || type === "LoadBalancer" || (type === "ClusterIP" && externalIPs.length > 0);
}

/** What follows from the type of the service. */
function withDefaults(spec: Spec): Spec {
  const { type, clusterIP, clusterIPs = [] } = spec;
  const isNamed = type === "ExternalName";
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? affinitySecondsDefault;
  const { sessionAffinityConfig: _, ...rest } = spec;
  const address = clusterIP ?? clusterIPs[0];
  return {
    ...rest,
    ...(address === undefined
      ? {}
      : { clusterIP: address, clusterIPs: clusterIPs.length === 0 ? [address] : clusterIPs }),
    ...(spec.sessionAffinity === "ClientIP"
      ? { sessionAffinityConfig: { clientIP: { timeoutSeconds: seconds } } }
      : {}),
    ...(isNamed ? {} : { internalTrafficPolicy: spec.internalTrafficPolicy ?? "Cluster" }),
    ...(isReachedFromOutside(spec) ? { externalTrafficPolicy: spec.externalTrafficPolicy ?? "Cluster" } : {}),
    ...(type === "LoadBalancer" ? { allocateLoadBalancerNodePorts: spec.allocateLoadBalancerNodePorts ?? true } : {}),
  };
}

export const serviceSpecSchema = define(`${prefix}.ServiceSpec`, "What a service shall be.", fields, {
  ports: "The ports of the service.",
  selector: "Labels of the pods that the service leads to; without any, somebody else says where it leads.",
  clusterIP: "The service's address; `None` for a service whose name leads to its pods' own addresses.",
  type: "ClusterIP, NodePort, LoadBalancer or ExternalName.",
  externalIPs: "Further addresses that boards answer for the service.",
  sessionAffinity: "ClientIP keeps a client with one pod.",
  externalName: "The name that the service is another word for.",
  externalTrafficPolicy: "Local keeps what comes from outside on the board that it came to.",
  internalTrafficPolicy: "Local keeps what pods send on their own board.",
  publishNotReadyAddresses: "Leads to pods that are not ready, too.",
}).overwrite(withDefaults);
export type ServiceSpec = z.infer<typeof serviceSpecSchema>;
