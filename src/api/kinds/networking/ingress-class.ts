import { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix, pointerText, requiredText, text } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../../printing.ts";
import type { Resource } from "../../resource.ts";
import { type Cause, forbidden, invalid, required } from "../../validation/cause.ts";
import { dnsSubdomain } from "../../validation/names.ts";
import { immutable } from "../../validation/object-meta.ts";

const prefix = definitionPrefix.networking;
const controllerLengthMax = 250;

const ingressClassSchema = define(
  `${prefix}.IngressClass`,
  "Who serves Ingresses, by a name that they can ask for.",
  {
    ...typeMeta("networking.k8s.io/v1", "IngressClass"),
    metadata: objectMetaSchema,
    spec: define(
      `${prefix}.IngressClassSpec`,
      "Who serves the class.",
      {
        controller: text,
        parameters: define(`${prefix}.IngressClassParametersReference`, "Settings for whoever serves the class.", {
          apiGroup: pointerText,
          kind: requiredText,
          name: requiredText,
          scope: z.enum(["Cluster", "Namespace"]).default("Cluster"),
          namespace: pointerText,
        }).optional(),
      },
      { controller: "Who serves the class: `example.com/ingress`. Cannot be changed." },
    ).default({}),
  },
  { spec: "Who serves the class." },
);
export type IngressClass = z.infer<typeof ingressClassSchema>;

export const ingressClassResource: Resource<IngressClass> = defineResource<IngressClass>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "IngressClass",
  plural: "ingressclasses",
  namespaced: false,
  schema: ingressClassSchema,
  columns: [
    nameColumn,
    { name: "Controller", description: "Who serves the class.", cell: ({ spec }) => spec.controller ?? "" },
    { name: "Parameters", description: "Its settings.", cell: parametersText },
    ageColumn,
  ],
  wish: ({ spec }) => spec,
  validate: validateIngressClass,
  validateUpdate: (next, current) => immutable("spec.controller", next.spec.controller, current.spec.controller),
});

/** `Kind.group/name` */
function parametersText({ spec: { parameters } }: IngressClass): string {
  if (parameters === undefined) return "<none>";
  const { apiGroup = "", kind, name } = parameters;
  return `${kind}${apiGroup === "" ? "" : `.${apiGroup}`}/${name}`;
}

function validateIngressClass({ spec: { controller, parameters } }: IngressClass): Cause[] {
  const causes = controller === undefined ? [required("spec.controller")] : validateController(controller);
  if (parameters === undefined) return causes;
  const { scope, namespace } = parameters;
  if (scope === "Namespace" && namespace === undefined)
    causes.push(required("spec.parameters.namespace", "`parameters.scope` is set to 'Namespace'"));
  if (scope === "Cluster" && namespace !== undefined)
    causes.push(forbidden("spec.parameters.namespace", "`parameters.scope` is set to 'Cluster'"));
  return causes;
}

function validateController(controller: string): Cause[] {
  const path = "spec.controller";
  if (controller.length > controllerLengthMax)
    return [invalid(path, controller, `must be no more than ${controllerLengthMax} characters`)];
  const [domain = "", ...rest] = controller.split("/");
  if (dnsSubdomain(domain) === undefined && rest.join("/") !== "") return [];
  return [invalid(path, controller, 'must be a domain-prefixed path (such as "acme.io/foo")')];
}
