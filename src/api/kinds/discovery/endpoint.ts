/** The places behind a service, in both versions of EndpointSlices. */
import { z } from "zod";
import {
  atomic,
  define,
  definitionPrefix,
  filledMap,
  flag,
  int32,
  pointerText,
  requiredText,
  setOf,
} from "../../meta/schema.ts";
import { protocolSchema } from "../container.ts";
import { objectReferenceSchema } from "../references.ts";

const prefix = definitionPrefix.discovery;

const places = (name: string, description: string) =>
  z.array(define(`${prefix}.${name}`, description, { name: requiredText })).optional();

const shared = {
  addresses: setOf(requiredText),
  conditions: define(`${prefix}.EndpointConditions`, "Whether it can serve.", {
    ready: flag,
    serving: flag,
    terminating: flag,
  }).default({}),
  hostname: pointerText,
  targetRef: objectReferenceSchema.optional(),
  nodeName: pointerText,
  hints: define(`${prefix}.EndpointHints`, "Who should use it.", {
    forZones: places("ForZone", "A zone."),
    forNodes: places("ForNode", "A board."),
  }).optional(),
};
const description = "One place behind a service.";
const fields = {
  addresses: "Addresses of one kind; all lead to the same place.",
  targetRef: "The pod that has the addresses.",
};

export const endpointSchema = define(
  `${prefix}.Endpoint`,
  description,
  { ...shared, deprecatedTopology: filledMap, zone: pointerText },
  fields,
);
export type Endpoint = z.infer<typeof endpointSchema>;

/** As clients before 1.21 know it: the zone is a label among others. */
export const olderEndpointSchema = define(
  "io.k8s.api.discovery.v1beta1.Endpoint",
  description,
  { ...shared, topology: filledMap },
  fields,
);
export type OlderEndpoint = z.infer<typeof olderEndpointSchema>;

export const endpointPortSchema = atomic(
  define(
    `${prefix}.EndpointPort`,
    "One port of the endpoints.",
    {
      name: z.string().default(""),
      protocol: protocolSchema.default("TCP"),
      port: int32,
      appProtocol: pointerText,
    },
    { port: "The port; every port where absent." },
  ),
);
