/** The schema of everything that clients send under a kind's name: resources, and what is sent to their subresources. */
import type { z } from "zod";
import { tokenRequestSchema } from "./kinds/authentication/token-request.ts";
import { bindingSchema } from "./kinds/binding.ts";
import { evictionSchema } from "./kinds/eviction.ts";
import { scaleSchema } from "./kinds/scale.ts";
import { deleteOptionsSchema } from "./meta/delete-options.ts";
import { apiVersionOf } from "./meta/type-meta.ts";
import { findResourceOfKind } from "./resources.ts";

export interface BodyKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly schema: z.ZodType;
}

/** Kinds without a collection of their own. */
export const bodyKinds: readonly BodyKind[] = [
  { group: "", version: "v1", kind: "Binding", schema: bindingSchema },
  { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest", schema: tokenRequestSchema },
  { group: "autoscaling", version: "v1", kind: "Scale", schema: scaleSchema },
  { group: "policy", version: "v1", kind: "Eviction", schema: evictionSchema },
  { group: "policy", version: "v1beta1", kind: "Eviction", schema: evictionSchema },
];

const schemas = new Map(
  bodyKinds.map(({ group, version, kind, schema }) => [`${apiVersionOf(group, version)}/${kind}`, schema]),
);

export function findBodySchema(apiVersion: string, kind: string): z.ZodType | undefined {
  // Deletions speak the version of whatever they delete.
  if (kind === "DeleteOptions") return deleteOptionsSchema;
  return findResourceOfKind(apiVersion, kind)?.schema ?? schemas.get(`${apiVersion}/${kind}`);
}
