/** How a namespace ends: its pods first, then everything else in it, then itself. */
import type { Namespace } from "../../api/kinds/namespace.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";

export interface NamespaceContent<Kind> {
  readonly kind: Kind;
  /** `pods`, `deployments.apps` */
  readonly plural: string;
  readonly objects: readonly ApiObject[];
}

export type NamespaceStep<Kind> =
  | { readonly step: "none" }
  | { readonly step: "empty"; readonly remove: readonly { readonly kind: Kind; readonly object: ApiObject }[] }
  /** Everything is on its way out: nothing but waiting helps. The conditions say what is waited for. */
  | { readonly step: "wait"; readonly conditions: readonly WaitingCondition[] }
  | { readonly step: "finalize" };

export interface WaitingCondition {
  readonly type: string;
  readonly status: "True" | "False";
  readonly reason: string;
  readonly message: string;
}

export const namespaceFinalizer = "kubernetes";
const podsPlural = "pods";

export function isEnding(namespace: Namespace): boolean {
  return (
    namespace.metadata.deletionTimestamp !== undefined &&
    namespace.spec.finalizers?.includes(namespaceFinalizer) === true
  );
}

export function planNamespace<Kind>(
  namespace: Namespace,
  content: readonly NamespaceContent<Kind>[],
): NamespaceStep<Kind> {
  if (!isEnding(namespace)) return { step: "none" };
  const left = content.filter(({ objects }) => objects.length > 0);
  if (left.length === 0) return { step: "finalize" };
  // While a pod still runs, it keeps what it was given, and what restricts it.
  const pods = left.filter(({ plural }) => plural === podsPlural);
  const remove = (pods.length > 0 ? pods : left).flatMap(({ kind, objects }) =>
    objects.filter(({ metadata }) => metadata.deletionTimestamp === undefined).map((object) => ({ kind, object })),
  );
  return remove.length === 0 ? { step: "wait", conditions: waitingConditions(left) } : { step: "empty", remove };
}

/** The conditions and words of Kubernetes' own namespace controller, which tools and people look for. */
function waitingConditions(left: readonly NamespaceContent<unknown>[]): WaitingCondition[] {
  return [
    {
      type: "NamespaceDeletionDiscoveryFailure",
      status: "False",
      reason: "ResourcesDiscovered",
      message: "All resources successfully discovered",
    },
    {
      type: "NamespaceDeletionGroupVersionParsingFailure",
      status: "False",
      reason: "ParsedGroupVersions",
      message: "All legacy kube types successfully parsed",
    },
    {
      type: "NamespaceDeletionContentFailure",
      status: "False",
      reason: "ContentDeleted",
      message: "All content successfully deleted, may be waiting on finalization",
    },
    {
      type: "NamespaceContentRemaining",
      status: "True",
      reason: "SomeResourcesRemain",
      message: `Some resources are remaining: ${instancesText(left)}`,
    },
    finalizersCondition(left.flatMap(({ objects }) => objects)),
  ];
}

function instancesText(left: readonly NamespaceContent<unknown>[]): string {
  const texts = left.map(({ plural, objects }) => `${plural}. has ${objects.length} resource instances`);
  return texts.sort().join(", ");
}

function finalizersCondition(objects: readonly ApiObject[]): WaitingCondition {
  const type = "NamespaceFinalizersRemaining";
  const counts = new Map<string, number>();
  for (const { metadata } of objects)
    for (const finalizer of metadata.finalizers ?? []) counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1);
  if (counts.size === 0) {
    const message = "All content-preserving finalizers finished";
    return { type, status: "False", reason: "ContentHasNoFinalizers", message };
  }
  const texts = [...counts].map(([finalizer, count]) => `${finalizer} in ${count} resource instances`).sort();
  const message = `Some content in the namespace has finalizers remaining: ${texts.join(", ")}`;
  return { type, status: "True", reason: "SomeFinalizersRemain", message };
}
