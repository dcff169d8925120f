/** What a check of the Pod Security Standards is, and how its findings are worded: as Kubernetes words them. */
import type { Container } from "../kinds/container.ts";
import type { PodSpec } from "../kinds/pod-spec.ts";

/** What is judged: a pod, or the template of one. */
export interface JudgedPod {
  readonly metadata?: { readonly annotations?: Readonly<Record<string, string>> | undefined } | undefined;
  readonly spec: PodSpec;
}

export interface Violation {
  /** `host namespaces` */
  readonly reason: string;
  /** `hostPID=true` */
  readonly detail: string;
}

export interface Check {
  readonly id: string;
  /** The minor version of Kubernetes that brought it. */
  readonly since: number;
  /** Weaker checks that this one takes the place of. */
  readonly overrides?: readonly string[];
  find(pod: JudgedPod): Violation | undefined;
}

type AnyContainer = Pick<
  Container,
  "name" | "securityContext" | "ports" | "livenessProbe" | "readinessProbe" | "startupProbe" | "lifecycle"
>;

/** Of every kind: what a check forbids the pod's containers, it forbids those that prepare or debug it. */
export function allContainers({ spec }: JudgedPod): readonly AnyContainer[] {
  return [...(spec.initContainers ?? []), ...spec.containers, ...(spec.ephemeralContainers ?? [])];
}

export function namesOf(pod: JudgedPod, isMeant: (container: AnyContainer) => boolean | undefined): readonly string[] {
  return allContainers(pod)
    .filter(isMeant)
    .map(({ name }) => name);
}

/** `container "a"`, `containers "a", "b"` */
export function containersText(names: readonly string[]): string {
  return `${names.length === 1 ? "container" : "containers"} ${quoted(names)}`;
}

export function quoted(texts: readonly string[]): string {
  return texts.map((text) => JSON.stringify(text)).join(", ");
}

/** `reason (one and two)`; undefined where nothing was found. */
export function violation(reason: string, found: readonly (string | undefined)[]): Violation | undefined {
  const details = found.filter((detail) => detail !== undefined);
  return details.length === 0 ? undefined : { reason, detail: details.join(" and ") };
}

export function mustNotSet(names: readonly string[], what: string): string | undefined {
  return names.length === 0 ? undefined : `${containersText(names)} must not set ${what}`;
}
