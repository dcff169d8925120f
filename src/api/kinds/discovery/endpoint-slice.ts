import { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../../printing.ts";
import type { Resource } from "../../resource.ts";
import { endpointPortSchema, endpointSchema } from "./endpoint.ts";
import { validateEndpointSlice, validateEndpointSliceUpdate } from "./validate-endpoint-slice.ts";

const prefix = definitionPrefix.discovery;

const endpointSliceSchema = define(
  `${prefix}.EndpointSlice`,
  "Some of the places behind a service.",
  {
    ...typeMeta("discovery.k8s.io/v1", "EndpointSlice"),
    metadata: objectMetaSchema,
    addressType: z.enum(["IPv4", "IPv6", "FQDN"]),
    endpoints: z.array(endpointSchema).default([]),
    ports: z.array(endpointPortSchema).default([]),
  },
  { addressType: "IPv4, IPv6 or FQDN. Cannot be changed.", endpoints: "The places.", ports: "Their ports." },
);
export type EndpointSlice = z.infer<typeof endpointSliceSchema>;

export const endpointSliceResource: Resource<EndpointSlice> = defineResource<EndpointSlice>({
  group: "discovery.k8s.io",
  version: "v1",
  kind: "EndpointSlice",
  plural: "endpointslices",
  namespaced: true,
  schema: endpointSliceSchema,
  columns: [
    nameColumn,
    { name: "AddressType", description: "The kind of address.", cell: ({ addressType }) => addressType },
    { name: "Ports", description: "The ports of the endpoints.", cell: portsText },
    { name: "Endpoints", description: "Their addresses.", cell: endpointsText },
    ageColumn,
  ],
  wish: ({ metadata: _, ...rest }) => rest,
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
});

const shownMax = 3;

function firstOf(texts: readonly string[]): string {
  if (texts.length === 0) return "<unset>";
  const shown = texts.slice(0, shownMax).join(",");
  return texts.length > shownMax ? `${shown} + ${texts.length - shownMax} more...` : shown;
}

function portsText({ ports }: EndpointSlice): string {
  return firstOf(ports.map(({ name, port }) => (port === undefined ? (name === "" ? "*" : name) : `${port}`)));
}

function endpointsText({ endpoints }: EndpointSlice): string {
  return firstOf(endpoints.flatMap(({ addresses }) => addresses));
}
