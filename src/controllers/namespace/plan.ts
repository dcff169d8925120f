/** How a namespace ends: its objects first, then itself. */
import type { Namespace } from "../../api/kinds/namespace.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";

export interface NamespaceContent {
  readonly plural: string;
  readonly objects: readonly ApiObject[];
}

export type NamespaceStep =
  | { readonly step: "none" }
  | { readonly step: "empty"; readonly remove: readonly { readonly plural: string; readonly object: ApiObject }[] }
  /** Everything is on its way out: nothing but waiting helps. */
  | { readonly step: "wait" }
  | { readonly step: "finalize" };

export const namespaceFinalizer = "kubernetes";

export function isEnding(namespace: Namespace): boolean {
  return (
    namespace.metadata.deletionTimestamp !== undefined &&
    namespace.spec.finalizers?.includes(namespaceFinalizer) === true
  );
}

export function planNamespace(namespace: Namespace, content: readonly NamespaceContent[]): NamespaceStep {
  if (!isEnding(namespace)) return { step: "none" };
  const all = content.flatMap(({ plural, objects }) => objects.map((object) => ({ plural, object })));
  if (all.length === 0) return { step: "finalize" };
  const remove = all.filter(({ object }) => object.metadata.deletionTimestamp === undefined);
  return remove.length === 0 ? { step: "wait" } : { step: "empty", remove };
}
