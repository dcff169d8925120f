/** What a Deployment shall be, and how its pods are replaced. */
import { z } from "zod";
import { intOrStringSchema } from "../../meta/int-or-string.ts";
import { labelSelectorSchema } from "../../meta/label-selector.ts";
import { define, definitionPrefix, flag, int32, int32Value, patched } from "../../meta/schema.ts";
import { podTemplateSpecSchema } from "../pod-template.ts";

const prefix = definitionPrefix.apps;

const rollingUpdateSchema = define(
  `${prefix}.RollingUpdateDeployment`,
  "How far an update may stray from the wished number of pods.",
  { maxUnavailable: intOrStringSchema.default("25%"), maxSurge: intOrStringSchema.default("25%") },
  {
    maxUnavailable: "How many pods may be missing, as a number or a percentage.",
    maxSurge: "How many pods there may be beyond the wished number.",
  },
);
type RollingUpdate = z.infer<typeof rollingUpdateSchema>;

function withRollingUpdate<S extends { type: string; rollingUpdate?: RollingUpdate | undefined }>(strategy: S): S {
  if (strategy.type !== "RollingUpdate" || strategy.rollingUpdate !== undefined) return strategy;
  return { ...strategy, rollingUpdate: { maxUnavailable: "25%", maxSurge: "25%" } };
}

const strategySchema = define(
  `${prefix}.DeploymentStrategy`,
  "How pods are replaced when the template changes.",
  {
    type: z.enum(["Recreate", "RollingUpdate"]).default("RollingUpdate"),
    rollingUpdate: rollingUpdateSchema.optional(),
  },
  { type: "RollingUpdate replaces pods a few at a time, Recreate ends all of them first." },
).overwrite(withRollingUpdate);

export const deploymentSpecSchema = define(
  `${prefix}.DeploymentSpec`,
  "What a Deployment shall be.",
  {
    replicas: int32Value.default(1),
    selector: labelSelectorSchema,
    template: podTemplateSpecSchema,
    strategy: patched(strategySchema, "retainKeys").prefault({}),
    minReadySeconds: int32,
    revisionHistoryLimit: int32Value.default(10),
    paused: flag,
    progressDeadlineSeconds: int32Value.default(600),
  },
  {
    replicas: "How many pods there shall be.",
    selector: "Selects the pods of this Deployment; must match the template's labels. Cannot be changed.",
    template: "What the pods are made from.",
    strategy: "How pods are replaced when the template changes.",
    minReadySeconds: "How long a new pod must be ready to count as available.",
    revisionHistoryLimit: "How many old revisions are kept to go back to.",
    paused: "Keeps changes of the template from being rolled out.",
    progressDeadlineSeconds: "How long an update may make no progress before it counts as failed.",
  },
);
export type DeploymentSpec = z.infer<typeof deploymentSpecSchema>;
