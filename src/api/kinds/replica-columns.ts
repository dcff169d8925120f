/** What `kubectl get` shows of ReplicaSets and ReplicationControllers alike. */
import type { Column } from "../define-resource.ts";
import type { ApiObject } from "../meta/object-meta.ts";
import { ageColumn, nameColumn } from "../printing.ts";
import type { PodTemplateSpec } from "./pod-template.ts";
import { containersColumn, imagesColumn } from "./template-columns.ts";

interface Replicated extends ApiObject {
  readonly spec: { readonly replicas: number; readonly template?: PodTemplateSpec | undefined };
  readonly status: { readonly replicas: number; readonly readyReplicas?: number | undefined };
}

export const replicaColumns: readonly Column<Replicated>[] = [
  nameColumn,
  {
    name: "Desired",
    type: "integer",
    description: "How many pods there should be.",
    cell: ({ spec }) => spec.replicas,
  },
  { name: "Current", type: "integer", description: "How many there are.", cell: ({ status }) => status.replicas },
  {
    name: "Ready",
    type: "integer",
    description: "How many of them are ready.",
    cell: ({ status }) => status.readyReplicas ?? 0,
  },
  ageColumn,
  containersColumn(({ spec }) => spec.template),
  imagesColumn(({ spec }) => spec.template),
];
