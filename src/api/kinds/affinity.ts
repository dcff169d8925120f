/** Where a pod wants to run: node affinity, pod affinity, tolerations and spreading. */
import { z } from "zod";
import { labelSelectorSchema } from "../meta/label-selector.ts";
import { define, definitionPrefix, int32, int32Value, int64, requiredText, text, textList } from "../meta/schema.ts";
import { nodeSelectorSchema, nodeSelectorTermSchema } from "./node-selector.ts";

const prefix = definitionPrefix.core;

const nodeAffinitySchema = define(`${prefix}.NodeAffinity`, "Which nodes the pod may and would rather run on.", {
  requiredDuringSchedulingIgnoredDuringExecution: nodeSelectorSchema.optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(
      define(`${prefix}.PreferredSchedulingTerm`, "A preference and its weight from 1 to 100.", {
        weight: int32Value,
        preference: nodeSelectorTermSchema,
      }),
    )
    .optional(),
});
export type NodeAffinity = z.infer<typeof nodeAffinitySchema>;

const podAffinityTermSchema = define(
  `${prefix}.PodAffinityTerm`,
  "Selects pods, and says which nodes count as the same place.",
  {
    labelSelector: labelSelectorSchema.optional(),
    namespaces: textList,
    topologyKey: requiredText,
    namespaceSelector: labelSelectorSchema.optional(),
    matchLabelKeys: textList,
    mismatchLabelKeys: textList,
  },
  { topologyKey: "Nodes with the same value of this label are the same place." },
);
export type PodAffinityTerm = z.infer<typeof podAffinityTermSchema>;

const podTerms = {
  requiredDuringSchedulingIgnoredDuringExecution: z.array(podAffinityTermSchema).optional(),
  preferredDuringSchedulingIgnoredDuringExecution: z
    .array(
      define(`${prefix}.WeightedPodAffinityTerm`, "A preference and its weight from 1 to 100.", {
        weight: int32Value,
        podAffinityTerm: podAffinityTermSchema,
      }),
    )
    .optional(),
};

export const affinitySchema = define(`${prefix}.Affinity`, "Where the pod wants to run.", {
  nodeAffinity: nodeAffinitySchema.optional(),
  podAffinity: define(`${prefix}.PodAffinity`, "Which pods this one wants to be near.", podTerms).optional(),
  podAntiAffinity: define(
    `${prefix}.PodAntiAffinity`,
    "Which pods this one wants to be away from.",
    podTerms,
  ).optional(),
});
export type Affinity = z.infer<typeof affinitySchema>;

export const taintEffectSchema = z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]);
export type TaintEffect = z.infer<typeof taintEffectSchema>;

export const tolerationSchema = define(
  `${prefix}.Toleration`,
  "Lets the pod onto nodes with a matching taint.",
  {
    key: text,
    operator: z.enum(["Exists", "Equal"]).optional(),
    value: text,
    effect: taintEffectSchema.optional(),
    tolerationSeconds: int64,
  },
  {
    key: "The taint's key; absent with operator Exists, it matches every taint.",
    operator: "Equal (the default) compares the value, Exists does not.",
    effect: "The taint's effect; every effect where absent.",
    tolerationSeconds: "How long a NoExecute taint is borne; for ever where absent.",
  },
);
export type Toleration = z.infer<typeof tolerationSchema>;

export const topologySpreadConstraintSchema = define(
  `${prefix}.TopologySpreadConstraint`,
  "How evenly pods are spread.",
  {
    maxSkew: int32Value,
    topologyKey: requiredText,
    whenUnsatisfiable: z.enum(["DoNotSchedule", "ScheduleAnyway"]),
    labelSelector: labelSelectorSchema.optional(),
    minDomains: int32,
    nodeAffinityPolicy: text,
    nodeTaintsPolicy: text,
    matchLabelKeys: textList,
  },
);
