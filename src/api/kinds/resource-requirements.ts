import type { z } from "zod";
import { quantitySchema } from "../meta/quantity.ts";
import { define, definitionPrefix, mapList, mapOf, requiredText, text } from "../meta/schema.ts";

const prefix = definitionPrefix.core;

/** Amounts by resource name: `cpu`, `memory`, `pods`. */
const resourceListSchema = mapOf(quantitySchema);
export const resourceList = resourceListSchema.optional();
export type ResourceList = z.infer<typeof resourceListSchema>;

/** Where a container names a limit without a request, Kubernetes requests the limit. */
function requestLimits<R extends { limits?: ResourceList | undefined; requests?: ResourceList | undefined }>(
  resources: R,
): R {
  if (resources.limits === undefined) return resources;
  return { ...resources, requests: { ...resources.limits, ...resources.requests } };
}

export const resourceRequirementsSchema = define(
  `${prefix}.ResourceRequirements`,
  "What a container is promised and what it may use at most.",
  {
    limits: resourceList,
    requests: resourceList,
    claims: mapList(
      define(`${prefix}.ResourceClaim`, "One of the pod's claims.", { name: requiredText, request: text }),
      "name",
    ).optional(),
  },
  {
    limits: "The most that the container may use.",
    requests: "What the container is promised; counts against its board's capacity. The limits where absent.",
  },
).overwrite(requestLimits);

export const volumeResourceRequirementsSchema = define(
  `${prefix}.VolumeResourceRequirements`,
  "How large a volume must be at least and may be at most.",
  { limits: resourceList, requests: resourceList },
  { requests: "The least the volume must hold, as `storage`." },
);

export const containerResizePolicySchema = define(
  `${prefix}.ContainerResizePolicy`,
  "What a change of a resource means for a running container.",
  { resourceName: requiredText, restartPolicy: requiredText },
);
