import { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import {
  atomic,
  define,
  definitionPrefix,
  int32,
  int32Value,
  pointerText,
  requiredText,
  text,
  textList,
} from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { typedLocalObjectReferenceSchema } from "../references.ts";
import { ingressColumns } from "./ingress-columns.ts";
import { validateIngress } from "./validate-ingress.ts";

const prefix = definitionPrefix.networking;

const backendSchema = define(`${prefix}.IngressBackend`, "Where requests go: to a service, or to something else.", {
  service: define(`${prefix}.IngressServiceBackend`, "A service in the same namespace.", {
    name: requiredText,
    port: atomic(
      define(`${prefix}.ServiceBackendPort`, "The service's port, by name or number.", { name: text, number: int32 }),
    ).default({}),
  }).optional(),
  resource: typedLocalObjectReferenceSchema.optional(),
});
export type IngressBackend = z.infer<typeof backendSchema>;

const pathSchema = define(
  `${prefix}.HTTPIngressPath`,
  "Where requests for one path go.",
  { path: text, pathType: z.enum(["Exact", "Prefix", "ImplementationSpecific"]), backend: backendSchema },
  { pathType: "Exact, Prefix or ImplementationSpecific." },
);
export type IngressPath = z.infer<typeof pathSchema>;

const ingressSpecSchema = define(
  `${prefix}.IngressSpec`,
  "Which requests go where.",
  {
    ingressClassName: pointerText,
    defaultBackend: backendSchema.optional(),
    tls: z
      .array(
        define(`${prefix}.IngressTLS`, "A certificate and the hosts that it is for.", {
          hosts: textList,
          secretName: text,
        }),
      )
      .optional(),
    rules: z
      .array(
        define(
          `${prefix}.IngressRule`,
          "Where the requests for one host go.",
          {
            host: text,
            http: define(`${prefix}.HTTPIngressRuleValue`, "By path.", { paths: z.array(pathSchema) }).optional(),
          },
          { host: "The host; every host where absent." },
        ),
      )
      .optional(),
  },
  {
    ingressClassName: "The IngressClass that serves it.",
    defaultBackend: "Where requests go that no rule is about.",
    tls: "Certificates.",
    rules: "Which requests go where.",
  },
);
export type IngressSpec = z.infer<typeof ingressSpecSchema>;

const ingressSchema = define(
  `${prefix}.Ingress`,
  "Leads HTTP requests from outside to services, by host and path.",
  {
    ...typeMeta("networking.k8s.io/v1", "Ingress"),
    metadata: objectMetaSchema,
    spec: ingressSpecSchema.default({}),
    status: define(`${prefix}.IngressStatus`, "Where it is reached.", {
      loadBalancer: define(`${prefix}.IngressLoadBalancerStatus`, "Where it is reached.", {
        ingress: z
          .array(
            define(`${prefix}.IngressLoadBalancerIngress`, "One address or name of it.", {
              ip: text,
              hostname: text,
              ports: z
                .array(
                  define(`${prefix}.IngressPortStatus`, "One port of it.", {
                    port: int32Value,
                    protocol: z.string(),
                    error: pointerText,
                  }),
                )
                .optional(),
            }),
          )
          .optional(),
      }).default({}),
    }).prefault({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type Ingress = z.infer<typeof ingressSchema>;

export const ingressResource: Resource<Ingress> = defineResource<Ingress>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  shortNames: ["ing"],
  namespaced: true,
  schema: ingressSchema,
  columns: ingressColumns,
  wish: ({ spec }) => spec,
  initialStatus: () => ({ loadBalancer: {} }),
  validate: validateIngress,
});
