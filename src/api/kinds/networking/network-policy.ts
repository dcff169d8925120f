import { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { intOrStringSchema } from "../../meta/int-or-string.ts";
import { labelSelectorSchema } from "../../meta/label-selector.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix, int32, requiredText, textList } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../../printing.ts";
import type { Resource } from "../../resource.ts";
import { labelSelectorText } from "../../selectors/label-selector.ts";
import { protocolSchema } from "../container.ts";
import { validateNetworkPolicy } from "./validate-network-policy.ts";

const prefix = definitionPrefix.networking;

const portSchema = define(
  `${prefix}.NetworkPolicyPort`,
  "A port, or a range of ports.",
  { protocol: protocolSchema.default("TCP"), port: intOrStringSchema.optional(), endPort: int32 },
  { port: "The port's number or name; every port where absent.", endPort: "The last port of the range." },
);
export type NetworkPolicyPort = z.infer<typeof portSchema>;

const peerSchema = define(
  `${prefix}.NetworkPolicyPeer`,
  "Pods, or addresses.",
  {
    podSelector: labelSelectorSchema.optional(),
    namespaceSelector: labelSelectorSchema.optional(),
    ipBlock: define(`${prefix}.IPBlock`, "A range of addresses.", { cidr: requiredText, except: textList }).optional(),
  },
  {
    podSelector: "Pods of the policy's namespace, or of those that `namespaceSelector` selects.",
    namespaceSelector: "Namespaces, whose pods are meant.",
    ipBlock: "A range of addresses.",
  },
);
export type NetworkPolicyPeer = z.infer<typeof peerSchema>;

const ports = z.array(portSchema).optional();
const peers = z.array(peerSchema).optional();

interface Directions {
  egress?: unknown[] | undefined;
  policyTypes?: ("Ingress" | "Egress")[] | undefined;
}

/** What a policy is about follows from the rules that it has; Ingress always counts. */
function withTypes<S extends Directions>(spec: S): S {
  if (spec.policyTypes !== undefined && spec.policyTypes.length > 0) return spec;
  return { ...spec, policyTypes: (spec.egress ?? []).length > 0 ? ["Ingress", "Egress"] : ["Ingress"] };
}

const specSchema = define(
  `${prefix}.NetworkPolicySpec`,
  "Which pods, and what they may exchange with whom.",
  {
    podSelector: labelSelectorSchema.default({}),
    ingress: z
      .array(define(`${prefix}.NetworkPolicyIngressRule`, "What may come in.", { ports, from: peers }))
      .optional(),
    egress: z.array(define(`${prefix}.NetworkPolicyEgressRule`, "What may go out.", { ports, to: peers })).optional(),
    policyTypes: z.array(z.enum(["Ingress", "Egress"])).optional(),
  },
  {
    podSelector: "The pods that the policy is about; all of the namespace where empty.",
    ingress: "What may come in; nothing where empty.",
    egress: "What may go out; nothing where empty.",
    policyTypes: "Which ways the policy bounds: Ingress, Egress.",
  },
).overwrite(withTypes);
export type NetworkPolicySpec = z.infer<typeof specSchema>;

const networkPolicySchema = define(
  `${prefix}.NetworkPolicy`,
  "Bounds whom pods may exchange packets with.",
  {
    ...typeMeta("networking.k8s.io/v1", "NetworkPolicy"),
    metadata: objectMetaSchema,
    spec: specSchema.prefault({}),
  },
  { spec: "What is wished for." },
);
export type NetworkPolicy = z.infer<typeof networkPolicySchema>;

export const networkPolicyResource: Resource<NetworkPolicy> = defineResource<NetworkPolicy>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "NetworkPolicy",
  plural: "networkpolicies",
  shortNames: ["netpol"],
  namespaced: true,
  schema: networkPolicySchema,
  columns: [
    nameColumn,
    {
      name: "Pod-Selector",
      description: "The pods that the policy is about.",
      cell: ({ spec }) => labelSelectorText(spec.podSelector),
    },
    ageColumn,
  ],
  wish: ({ spec }) => spec,
  validate: validateNetworkPolicy,
});
