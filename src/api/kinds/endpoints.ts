import { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { atomic, define, definitionPrefix, int32Value, pointerText, requiredText, text } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { ageColumn, nameColumn } from "../printing.ts";
import type { Resource } from "../resource.ts";
import { protocolSchema } from "./container.ts";
import { objectReferenceSchema } from "./references.ts";
import { validateEndpoints } from "./validate-endpoints.ts";

const prefix = definitionPrefix.core;

const endpointAddressSchema = atomic(
  define(
    `${prefix}.EndpointAddress`,
    "One address behind a service.",
    { ip: requiredText, hostname: text, nodeName: pointerText, targetRef: objectReferenceSchema.optional() },
    { nodeName: "The board that the address is on.", targetRef: "The pod that has the address." },
  ),
);
export type EndpointAddress = z.infer<typeof endpointAddressSchema>;

const endpointSubsetSchema = define(
  `${prefix}.EndpointSubset`,
  "Addresses that have the same ports.",
  {
    addresses: z.array(endpointAddressSchema).optional(),
    notReadyAddresses: z.array(endpointAddressSchema).optional(),
    ports: z
      .array(
        atomic(
          define(`${prefix}.EndpointPort`, "One port of the addresses.", {
            name: text,
            port: int32Value,
            protocol: protocolSchema.default("TCP"),
            appProtocol: pointerText,
          }),
        ),
      )
      .optional(),
  },
  { addresses: "Addresses that can serve.", notReadyAddresses: "Addresses that cannot serve at the moment." },
);
export type EndpointSubset = z.infer<typeof endpointSubsetSchema>;

const endpointsSchema = define(
  `${prefix}.Endpoints`,
  "The addresses behind a service.",
  { ...typeMeta("v1", "Endpoints"), metadata: objectMetaSchema, subsets: z.array(endpointSubsetSchema).optional() },
  { subsets: "The addresses, by the ports that they have." },
);
export type Endpoints = z.infer<typeof endpointsSchema>;

export const endpointsResource: Resource<Endpoints> = defineResource<Endpoints>({
  group: "",
  version: "v1",
  kind: "Endpoints",
  plural: "endpoints",
  shortNames: ["ep"],
  namespaced: true,
  schema: endpointsSchema,
  columns: [
    nameColumn,
    { name: "Endpoints", description: "Addresses and ports that can serve.", cell: endpointsText },
    ageColumn,
  ],
  validate: validateEndpoints,
});

const shownMax = 3;

/** The first three, and how many there are besides. */
function endpointsText({ subsets = [] }: Endpoints): string {
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) =>
          addresses.map(({ ip }) => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`)),
        ),
  );
  if (all.length === 0) return "<none>";
  const shown = all.slice(0, shownMax).join(",");
  return all.length > shownMax ? `${shown} + ${all.length - shownMax} more...` : shown;
}
