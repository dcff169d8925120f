import type { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { define, definitionPrefix } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import type { Resource } from "../resource.ts";
import { podColumns } from "./pod-columns.ts";
import { podSpecSchema } from "./pod-spec.ts";
import { qosClassOf } from "./pod-state.ts";
import { podStatusSchema } from "./pod-status.ts";
import { validatePod, validatePodUpdate } from "./validate-pod.ts";

export const podSchema = define(
  `${definitionPrefix.core}.Pod`,
  "Containers that run together on one board, with one address and shared volumes.",
  {
    ...typeMeta("v1", "Pod"),
    metadata: objectMetaSchema,
    spec: podSpecSchema.prefault({ containers: [] }),
    status: podStatusSchema.default({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type Pod = z.infer<typeof podSchema>;

export const podResource: Resource<Pod> = defineResource<Pod>({
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  shortNames: ["po"],
  categories: ["all"],
  namespaced: true,
  schema: podSchema,
  subresources: ["attach", "binding", "ephemeralcontainers", "eviction", "exec", "log", "portforward", "proxy"],
  columns: podColumns,
  fields: {
    "spec.nodeName": ({ spec }) => spec.nodeName,
    "spec.restartPolicy": ({ spec }) => spec.restartPolicy,
    "spec.schedulerName": ({ spec }) => spec.schedulerName,
    "spec.serviceAccountName": ({ spec }) => spec.serviceAccountName,
    "spec.hostNetwork": ({ spec }) => String(spec.hostNetwork ?? false),
    "status.phase": ({ status }) => status.phase,
    "status.podIP": ({ status }) => status.podIP,
    "status.nominatedNodeName": ({ status }) => status.nominatedNodeName,
  },
  wish: ({ spec }) => spec,
  initialStatus: (pod) => ({ phase: "Pending", qosClass: qosClassOf(pod) }),
  validate: validatePod,
  validateUpdate: validatePodUpdate,
});
