import type { LabelSelector } from "../../meta/label-selector.ts";
import type { ApiObject } from "../../meta/object-meta.ts";
import type { ScaleAccess } from "../../resource.ts";
import { labelSelectorText } from "../../selectors/label-selector.ts";

interface Scalable extends ApiObject {
  readonly spec: { readonly replicas: number; readonly selector: LabelSelector };
  readonly status: { readonly replicas?: number | undefined };
}

/** How Deployments, ReplicaSets and StatefulSets are scaled. */
export function workloadScale<T extends Scalable>(): ScaleAccess<T> {
  return {
    wished: ({ spec }) => spec.replicas,
    observed: ({ status }) => status.replicas ?? 0,
    selector: ({ spec }) => labelSelectorText(spec.selector),
    withWished: (object, replicas) => ({ ...object, spec: { ...object.spec, replicas } }),
  };
}
