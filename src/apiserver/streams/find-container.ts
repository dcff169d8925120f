/** Which container of a pod a stream is for, and whether it is there. In Kubernetes' words, which people search for. */
import { ApiError } from "../../api/api-error.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { ContainerStatus } from "../../api/kinds/pod-status.ts";

const defaultContainerAnnotation = "kubectl.kubernetes.io/default-container";

/** `asked` may be empty where there is no choice, or the pod names a default. Throws `ApiError` (400). */
export function findContainer(pod: Pod, asked: string): string {
  const { name } = pod.metadata;
  const own = namesOf(pod.spec.containers);
  const init = namesOf(pod.spec.initContainers);
  const ephemeral = namesOf(pod.spec.ephemeralContainers);
  if (asked !== "") {
    if ([...own, ...init, ...ephemeral].includes(asked)) return asked;
    throw ApiError.badRequest(`container ${asked} is not valid for pod ${name}`);
  }
  const [only, ...others] = own;
  if (only !== undefined && others.length === 0) return only;
  const preferred = pod.metadata.annotations?.[defaultContainerAnnotation];
  if (preferred !== undefined && own.includes(preferred)) return preferred;
  const choices = [
    `choose one of: [${own.join(" ")}]`,
    ...(init.length > 0 ? [`or one of the init containers: [${init.join(" ")}]`] : []),
    ...(ephemeral.length > 0 ? [`or one of the ephemeral containers: [${ephemeral.join(" ")}]`] : []),
  ];
  throw ApiError.badRequest(`a container name must be specified for pod ${name}, ${choices.join(" ")}`);
}

export function containerStatus({ status }: Pod, container: string): ContainerStatus | undefined {
  const statuses = [status.containerStatuses, status.initContainerStatuses, status.ephemeralContainerStatuses];
  return statuses.flatMap((each) => each ?? []).find(({ name }) => name === container);
}

/** The board that the pod is bound to. Throws `ApiError` (400) where it is bound to none. */
export function boardOf({ metadata, spec }: Pod): string {
  const { nodeName } = spec;
  if (nodeName === undefined || nodeName === "") {
    throw ApiError.badRequest(`pod ${metadata.name} does not have a host assigned`);
  }
  return nodeName;
}

function namesOf(containers: readonly { readonly name: string }[] | undefined): readonly string[] {
  return (containers ?? []).map(({ name }) => name);
}
