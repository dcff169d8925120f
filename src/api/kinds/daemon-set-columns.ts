/** DaemonSets as `kubectl get daemonsets` shows them. */
import type { Column } from "../define-resource.ts";
import { ageColumn, labelsText, nameColumn } from "../printing.ts";
import type { DaemonSet } from "./daemon-set.ts";
import { containersColumn, imagesColumn, selectorColumn } from "./template-columns.ts";

export const daemonSetColumns: readonly Column<DaemonSet>[] = [
  nameColumn,
  {
    name: "Desired",
    type: "integer",
    description: "How many boards should run the pod.",
    cell: ({ status }) => status.desiredNumberScheduled,
  },
  {
    name: "Current",
    type: "integer",
    description: "How many of them do.",
    cell: ({ status }) => status.currentNumberScheduled,
  },
  {
    name: "Ready",
    type: "integer",
    description: "How many boards have a ready pod.",
    cell: ({ status }) => status.numberReady,
  },
  {
    name: "Up-to-date",
    type: "integer",
    description: "How many boards run the pod of the current template.",
    cell: ({ status }) => status.updatedNumberScheduled ?? 0,
  },
  {
    name: "Available",
    type: "integer",
    description: "How many boards have a pod that has been ready for long enough.",
    cell: ({ status }) => status.numberAvailable ?? 0,
  },
  {
    name: "Node Selector",
    description: "Labels that the boards must have.",
    cell: ({ spec }) => labelsText(spec.template.spec.nodeSelector),
  },
  ageColumn,
  containersColumn(({ spec }) => spec.template),
  imagesColumn(({ spec }) => spec.template),
  selectorColumn(({ spec }) => spec.selector),
];
