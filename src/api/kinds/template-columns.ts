/** What `kubectl get -o wide` shows of the pods that a workload makes. */
import type { Column } from "../define-resource.ts";
import type { LabelSelector } from "../meta/label-selector.ts";
import { labelSelectorText } from "../selectors/label-selector.ts";
import type { PodTemplateSpec } from "./pod-template.ts";

export function containersColumn<T>(templateOf: (object: T) => PodTemplateSpec | undefined): Column<T> {
  return {
    name: "Containers",
    description: "The names of the pod's containers.",
    wide: true,
    cell: (object) => (templateOf(object)?.spec.containers ?? []).map(({ name }) => name).join(","),
  };
}

export function imagesColumn<T>(templateOf: (object: T) => PodTemplateSpec | undefined): Column<T> {
  return {
    name: "Images",
    description: "The images of the pod's containers.",
    wide: true,
    cell: (object) => (templateOf(object)?.spec.containers ?? []).map(({ image }) => image).join(","),
  };
}

export function selectorColumn<T>(selectorOf: (object: T) => LabelSelector | undefined): Column<T> {
  return {
    name: "Selector",
    description: "Selects the workload's pods.",
    wide: true,
    cell: (object) => labelSelectorText(selectorOf(object)),
  };
}
