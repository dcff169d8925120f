/** EndpointSlices as clients before 1.21 ask for them. */
import { z } from "zod";
import { defineVersion } from "../../define-version.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define } from "../../meta/schema.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { type Endpoint, endpointPortSchema, type OlderEndpoint, olderEndpointSchema } from "./endpoint.ts";
import { type EndpointSlice, endpointSliceResource } from "./endpoint-slice.ts";

const zoneLabel = "topology.kubernetes.io/zone";

const olderEndpointSliceSchema = define(
  "io.k8s.api.discovery.v1beta1.EndpointSlice",
  "Some of the places behind a service.",
  {
    ...typeMeta("discovery.k8s.io/v1beta1", "EndpointSlice"),
    metadata: objectMetaSchema,
    addressType: z.enum(["IPv4", "IPv6", "FQDN"]),
    endpoints: z.array(olderEndpointSchema).default([]),
    ports: z.array(endpointPortSchema).default([]),
  },
);
type OlderEndpointSlice = z.infer<typeof olderEndpointSliceSchema>;

export const olderEndpointSliceResource: Resource<OlderEndpointSlice> = defineVersion<
  OlderEndpointSlice,
  EndpointSlice
>(endpointSliceResource, {
  version: "v1beta1",
  schema: olderEndpointSliceSchema,
  toStored: ({ endpoints, ...same }) => ({
    ...same,
    apiVersion: "discovery.k8s.io/v1",
    endpoints: endpoints.map(withZone),
  }),
  fromStored: ({ endpoints, ...same }) => ({
    ...same,
    apiVersion: "discovery.k8s.io/v1beta1",
    endpoints: endpoints.map(withTopology),
  }),
});

function withZone({ topology, ...same }: OlderEndpoint): Endpoint {
  if (topology === undefined) return same;
  const { [zoneLabel]: zone, ...rest } = topology;
  return {
    ...same,
    ...(zone === undefined ? {} : { zone }),
    ...(Object.keys(rest).length === 0 ? {} : { deprecatedTopology: rest }),
  };
}

function withTopology({ zone, deprecatedTopology, ...same }: Endpoint): OlderEndpoint {
  if (zone === undefined && deprecatedTopology === undefined) return same;
  return { ...same, topology: { ...deprecatedTopology, ...(zone === undefined ? {} : { [zoneLabel]: zone }) } };
}
