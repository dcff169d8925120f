/** What a pod asks for as a whole: its containers together, or its largest init container if that is more. */
import type { Container } from "../kinds/container.ts";
import type { Pod } from "../kinds/pod.ts";
import { isSidecar } from "../kinds/pod-state.ts";
import { type Amounts, amountsOf, larger, noAmounts, sum } from "./amounts.ts";

export function podRequests({ spec }: Pick<Pod, "spec">): Amounts {
  const requests = inAll(spec, ({ resources }) => amountsOf(resources.requests));
  return sum(requests, amountsOf(spec.overhead));
}

/** Only of the resources that are limited somewhere. */
export function podLimits({ spec }: Pick<Pod, "spec">): Amounts {
  const limits = inAll(spec, ({ resources }) => amountsOf(resources.limits));
  const overhead = [...amountsOf(spec.overhead)].filter(([name]) => limits.has(name));
  return sum(limits, new Map(overhead));
}

/** Sidecars stay beside what comes after them; other init containers run alone with the sidecars before them. */
function inAll(spec: Pod["spec"], of: (container: Container) => Amounts): Amounts {
  let sidecars = noAmounts;
  let atOnce = noAmounts;
  for (const container of spec.initContainers ?? []) {
    if (isSidecar(container)) {
      sidecars = sum(sidecars, of(container));
      atOnce = larger(atOnce, sidecars);
    } else atOnce = larger(atOnce, sum(sidecars, of(container)));
  }
  return larger(atOnce, spec.containers.map(of).reduce(sum, sidecars));
}
