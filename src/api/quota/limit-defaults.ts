/** What LimitRanges give containers that ask for nothing themselves. */
import type { Container } from "../kinds/container.ts";
import type { LimitRange } from "../kinds/limit-range.ts";
import type { Pod } from "../kinds/pod.ts";
import { qosClassOf } from "../kinds/pod-state.ts";
import type { ResourceList } from "../kinds/resource-requirements.ts";

const annotation = "kubernetes.io/limit-ranger";

/** The pod with what it was given, and a note of that in its annotations, as Kubernetes leaves it. */
export function withLimitDefaults(pod: Pod, ranges: readonly LimitRange[]): Pod {
  const items = ranges.flatMap(({ spec }) => spec.limits).filter(({ type }) => type === "Container");
  const limits: ResourceList = Object.assign({}, ...items.map((item) => item.default));
  const requests: ResourceList = Object.assign({}, ...items.map((item) => item.defaultRequest));
  if (Object.keys(limits).length + Object.keys(requests).length === 0) return pod;
  const notes: string[] = [];
  const complete = (what: string) => (container: Container) => {
    const given = withDefaults(container, requests, limits);
    for (const [word, names] of [
      ["request", given.requests],
      ["limit", given.limits],
    ] as const) {
      if (names.length > 0) notes.push(`${names.sort().join(", ")} ${word} for ${what} ${container.name}`);
    }
    return given.container;
  };
  const { containers, initContainers, ...spec } = pod.spec;
  const completed = {
    ...pod,
    spec: {
      ...spec,
      containers: containers.map(complete("container")),
      ...(initContainers !== undefined && { initContainers: initContainers.map(complete("init container")) }),
    },
  };
  if (notes.length === 0) return pod;
  const annotations = { ...pod.metadata.annotations, [annotation]: `LimitRanger plugin set: ${notes.join("; ")}` };
  return {
    ...completed,
    metadata: { ...pod.metadata, annotations },
    status: { ...pod.status, qosClass: qosClassOf(completed) },
  };
}

function withDefaults(container: Container, requests: ResourceList, limits: ResourceList) {
  const { resources } = container;
  const missing = (own: ResourceList | undefined, given: ResourceList) =>
    Object.keys(given).filter((name) => !Object.hasOwn(own ?? {}, name));
  const given = { requests: missing(resources.requests, requests), limits: missing(resources.limits, limits) };
  if (given.requests.length + given.limits.length === 0) return { container, ...given };
  const completed = {
    ...resources,
    requests: { ...requests, ...resources.requests },
    limits: { ...limits, ...resources.limits },
  };
  return { container: { ...container, resources: completed }, ...given };
}
