/** Fields of a pod that its containers can read: variables by `fieldRef`, files of downwardAPI volumes. */
import type { Container } from "../../api/kinds/container.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { parseQuantity } from "../../api/meta/quantity.ts";
import { ownValue } from "../../lib/own-value.ts";

export interface PodPlace {
  readonly hostAddress: string | undefined;
  readonly podAddress: string | undefined;
  /** What the board can give, for containers without limits. */
  readonly allocatable: Readonly<Record<string, string>>;
}

/** The value of `fieldPath` (`metadata.labels['app']`, `status.podIP`); undefined where there is no such field. */
export function fieldValue(pod: Pod, place: PodPlace, fieldPath: string): string | undefined {
  const { metadata, spec } = pod;
  const subscript = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(fieldPath);
  if (subscript !== null) {
    const map = subscript[1] === "labels" ? metadata.labels : metadata.annotations;
    return ownValue(map, subscript[2] ?? "") ?? "";
  }
  switch (fieldPath) {
    case "metadata.name":
      return metadata.name;
    case "metadata.namespace":
      return metadata.namespace;
    case "metadata.uid":
      return metadata.uid;
    case "metadata.labels":
      return asLines(metadata.labels);
    case "metadata.annotations":
      return asLines(metadata.annotations);
    case "spec.nodeName":
      return spec.nodeName;
    case "spec.serviceAccountName":
      return spec.serviceAccountName ?? "default";
    case "status.hostIP":
    case "status.hostIPs":
      return place.hostAddress ?? "";
    case "status.podIP":
    case "status.podIPs":
      return place.podAddress ?? "";
    default:
      return undefined;
  }
}

function asLines(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join("\n");
}

/**
 * The amount that `resource` (`limits.memory`, `requests.cpu`) names, in units of `divisor`, rounded up. A container
 * without that limit is told what the board has. Undefined where there is no such resource.
 */
export function resourceValue(
  container: Container,
  place: PodPlace,
  resource: string,
  divisor: string,
): string | undefined {
  const match = /^(limits|requests)\.(.+)$/.exec(resource);
  if (match === null) return undefined;
  const name = match[2] ?? "";
  const own = ownValue(match[1] === "limits" ? container.resources.limits : container.resources.requests, name);
  const amount = parseQuantity(own ?? ownValue(place.allocatable, name) ?? "0");
  if (amount === undefined) return undefined;
  const unit = parseQuantity(divisor)?.nano ?? 0n;
  const nano = unit > 0n ? unit : 1_000_000_000n;
  return `${(amount.nano + nano - 1n) / nano}`;
}
