import type { z } from "zod";
import { defineResource } from "../../define-resource.ts";
import { conditionStatusSchema } from "../../meta/condition.ts";
import { objectMetaSchema } from "../../meta/object-meta.ts";
import { define, definitionPrefix, int32, int64, mergeList, requiredText, text } from "../../meta/schema.ts";
import { time } from "../../meta/time.ts";
import { typeMeta } from "../../meta/type-meta.ts";
import type { Resource } from "../../resource.ts";
import { deploymentColumns } from "./deployment-columns.ts";
import { deploymentSpecSchema } from "./deployment-spec.ts";
import { validateDeployment, validateDeploymentUpdate } from "./validate-deployment.ts";
import { workloadScale } from "./workload-scale.ts";

const prefix = definitionPrefix.apps;

const deploymentStatusSchema = define(
  `${prefix}.DeploymentStatus`,
  "How far the pods have come.",
  {
    observedGeneration: int64,
    replicas: int32,
    updatedReplicas: int32,
    readyReplicas: int32,
    availableReplicas: int32,
    unavailableReplicas: int32,
    terminatingReplicas: int32,
    conditions: mergeList(
      define(`${prefix}.DeploymentCondition`, "A fact about a Deployment.", {
        type: requiredText,
        status: conditionStatusSchema,
        lastUpdateTime: time,
        lastTransitionTime: time,
        reason: text,
        message: text,
      }),
      "type",
    ).optional(),
    collisionCount: int32,
  },
  {
    replicas: "How many pods there are.",
    updatedReplicas: "How many of them are of the current template.",
    readyReplicas: "How many of them are ready.",
    availableReplicas: "How many of them have been ready for long enough.",
    observedGeneration: "The generation that these figures are about.",
  },
);
export type DeploymentStatus = z.infer<typeof deploymentStatusSchema>;

const deploymentSchema = define(
  `${prefix}.Deployment`,
  "Keeps a number of like pods running, and replaces them a few at a time when their template changes.",
  {
    ...typeMeta("apps/v1", "Deployment"),
    metadata: objectMetaSchema,
    spec: deploymentSpecSchema,
    status: deploymentStatusSchema.default({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
);
export type Deployment = z.infer<typeof deploymentSchema>;

export const deploymentResource: Resource<Deployment> = defineResource<Deployment>({
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  shortNames: ["deploy"],
  categories: ["all"],
  namespaced: true,
  schema: deploymentSchema,
  columns: deploymentColumns,
  scale: workloadScale<Deployment>(),
  // Annotations are copied to ReplicaSets, so a change of theirs must be seen too.
  wish: ({ spec, metadata }) => ({ spec, annotations: metadata.annotations }),
  initialStatus: () => ({}),
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
});
