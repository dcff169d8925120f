/** Deployments as `kubectl get deployments` shows them. */
import type { Column } from "../../define-resource.ts";
import { ageColumn, nameColumn } from "../../printing.ts";
import { containersColumn, imagesColumn, selectorColumn } from "../template-columns.ts";
import type { Deployment } from "./deployment.ts";

export const deploymentColumns: readonly Column<Deployment>[] = [
  nameColumn,
  {
    name: "Ready",
    description: "Ready pods of those wished for.",
    cell: ({ spec, status }) => `${status.readyReplicas ?? 0}/${spec.replicas}`,
  },
  {
    name: "Up-to-date",
    description: "How many pods are of the current template.",
    cell: ({ status }) => `${status.updatedReplicas ?? 0}`,
  },
  {
    name: "Available",
    description: "How many pods have been ready for long enough.",
    cell: ({ status }) => `${status.availableReplicas ?? 0}`,
  },
  ageColumn,
  containersColumn(({ spec }) => spec.template),
  imagesColumn(({ spec }) => spec.template),
  selectorColumn(({ spec }) => spec.selector),
];
