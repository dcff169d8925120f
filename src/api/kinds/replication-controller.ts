import type { z } from "zod";
import { defineResource } from "../define-resource.ts";
import { objectMetaSchema } from "../meta/object-meta.ts";
import { atomicMap, count, define, definitionPrefix, int32, int32Value, int64 } from "../meta/schema.ts";
import { typeMeta } from "../meta/type-meta.ts";
import { labelsText } from "../printing.ts";
import type { Resource } from "../resource.ts";
import { matchesLabelSelector } from "../selectors/label-selector.ts";
import { type Cause, invalid, required } from "../validation/cause.ts";
import { validateLabels } from "../validation/object-meta.ts";
import { validateNonnegative } from "../validation/share.ts";
import { workloadConditions } from "./apps/workload-condition.ts";
import { podTemplateSpecSchema } from "./pod-template.ts";
import { replicaColumns } from "./replica-columns.ts";
import { validateLastingTemplate } from "./validate-selected-template.ts";

const prefix = definitionPrefix.core;

const replicationControllerSchema = define(
  `${prefix}.ReplicationController`,
  "Keeps a number of like pods running; a ReplicaSet does the same and more.",
  {
    ...typeMeta("v1", "ReplicationController"),
    metadata: objectMetaSchema,
    spec: define(
      `${prefix}.ReplicationControllerSpec`,
      "What a ReplicationController shall be.",
      {
        replicas: int32Value.default(1),
        minReadySeconds: int32,
        selector: atomicMap,
        template: podTemplateSpecSchema.optional(),
      },
      {
        replicas: "How many pods there shall be.",
        selector: "Labels of the pods; the template's where absent.",
        template: "What the pods are made from.",
      },
    ).prefault({}),
    status: define(`${prefix}.ReplicationControllerStatus`, "How far the pods have come.", {
      replicas: count,
      fullyLabeledReplicas: int32,
      readyReplicas: int32,
      availableReplicas: int32,
      observedGeneration: int64,
      conditions: workloadConditions(`${prefix}.ReplicationControllerCondition`),
    }).prefault({}),
  },
  { spec: "What is wished for.", status: "What has become of it; written by the fleet." },
).overwrite(withLabels);
export type ReplicationController = z.infer<typeof replicationControllerSchema>;

interface Labelled {
  metadata: { labels?: Record<string, string> | undefined };
  spec: {
    selector?: Record<string, string> | undefined;
    template?: { metadata: { labels?: Record<string, string> | undefined } } | undefined;
  };
}

/** Selector and labels are the template's where they are left out. */
function withLabels<C extends Labelled>(controller: C): C {
  const { metadata, spec } = controller;
  const labels = spec.template?.metadata.labels;
  if (labels === undefined) return controller;
  const isEmpty = (map: object | undefined) => Object.keys(map ?? {}).length === 0;
  return {
    ...controller,
    metadata: isEmpty(metadata.labels) ? { ...metadata, labels } : metadata,
    spec: isEmpty(spec.selector) ? { ...spec, selector: labels } : spec,
  };
}

export const replicationControllerResource: Resource<ReplicationController> = defineResource<ReplicationController>({
  group: "",
  version: "v1",
  kind: "ReplicationController",
  plural: "replicationcontrollers",
  shortNames: ["rc"],
  categories: ["all"],
  namespaced: true,
  schema: replicationControllerSchema,
  columns: [
    ...replicaColumns,
    {
      name: "Selector",
      description: "Labels of the pods.",
      wide: true,
      cell: ({ spec }) => labelsText(spec.selector),
    },
  ],
  scale: {
    wished: ({ spec }) => spec.replicas,
    observed: ({ status }) => status.replicas,
    selector: ({ spec }) => labelsText(spec.selector),
    withWished: (object, replicas) => ({ ...object, spec: { ...object.spec, replicas } }),
  },
  fields: { "status.replicas": ({ status }) => `${status.replicas}` },
  wish: ({ spec }) => spec,
  initialStatus: () => ({ replicas: 0 }),
  validate: validateReplicationController,
});

function validateReplicationController({ spec }: ReplicationController): Cause[] {
  const { replicas, minReadySeconds, selector = {}, template } = spec;
  const causes = [
    ...validateNonnegative(replicas, "spec.replicas"),
    ...validateNonnegative(minReadySeconds, "spec.minReadySeconds"),
    ...validateLabels(selector, "spec.selector"),
  ];
  if (Object.keys(selector).length === 0) causes.push(required("spec.selector"));
  if (template === undefined) return [...causes, required("spec.template")];
  if (!matchesLabelSelector({ matchLabels: selector }, template.metadata.labels))
    causes.push(
      invalid(
        "spec.template.metadata.labels",
        template.metadata.labels ?? {},
        "`selector` does not match template `labels`",
      ),
    );
  return [...causes, ...validateLastingTemplate(template, "ReplicationController")];
}
