/** What one object uses of a namespace's quotas, under the names that quotas bound. */
import type { PersistentVolumeClaim } from "../kinds/persistent-volume-claim.ts";
import type { Pod } from "../kinds/pod.ts";
import { isPodFinished } from "../kinds/pod-state.ts";
import type { Service } from "../kinds/service.ts";
import type { ApiObject } from "../meta/object-meta.ts";
import { parseQuantity, type Quantity } from "../meta/quantity.ts";
import { type AnyResource, qualifiedPlural } from "../resource.ts";
import { type Amounts, count } from "./amounts.ts";
import { podLimits, podRequests } from "./pod-amounts.ts";

/** Kinds that quotas also count under their bare names. */
const plainlyCounted: ReadonlySet<string> = new Set([
  "configmaps",
  "persistentvolumeclaims",
  "pods",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "services",
]);
const classSuffix = ".storageclass.storage.k8s.io/";
const computeNames: ReadonlySet<string> = new Set(["cpu", "memory", "ephemeral-storage"]);

/** Events come and go by themselves; nobody bounds them. */
export function isCounted({ group, plural }: Pick<AnyResource, "group" | "plural">): boolean {
  return !(plural === "events" && (group === "" || group === "events.k8s.io"));
}

/** An object of `resource`, parsed by its schema. */
export function usageOf(resource: AnyResource, object: ApiObject): Amounts {
  const usage = new Map<string, Quantity>([[`count/${qualifiedPlural(resource)}`, count(1)]]);
  if (resource.group === "" && plainlyCounted.has(resource.plural)) usage.set(resource.plural, count(1));
  if (isPod(object)) return podUsage(usage, object);
  if (isService(object)) addService(usage, object);
  if (isClaim(object)) addClaim(usage, object);
  return usage;
}

/** A pod that has ended takes up room in the store alone. */
function podUsage(usage: Map<string, Quantity>, pod: Pod): Amounts {
  if (isPodFinished(pod)) {
    usage.delete("pods");
    return usage;
  }
  for (const [name, quantity] of podRequests(pod)) {
    usage.set(`requests.${name}`, quantity);
    if (computeNames.has(name) || name.startsWith("hugepages-")) usage.set(name, quantity);
  }
  for (const [name, quantity] of podLimits(pod)) usage.set(`limits.${name}`, quantity);
  return usage;
}

function addService(usage: Map<string, Quantity>, { spec }: Service): void {
  const { ports = [], type } = spec;
  if (type === "LoadBalancer") usage.set("services.loadbalancers", count(1));
  const nodePorts = type === "NodePort" ? ports.length : ports.filter(({ nodePort = 0 }) => nodePort !== 0).length;
  if (nodePorts > 0) usage.set("services.nodeports", count(nodePorts));
}

function addClaim(usage: Map<string, Quantity>, { spec }: PersistentVolumeClaim): void {
  const { storageClassName } = spec;
  const storage = parseQuantity(spec.resources?.requests?.["storage"] ?? "");
  if (storage !== undefined) usage.set("requests.storage", storage);
  if (storageClassName === undefined || storageClassName === "") return;
  usage.set(`${storageClassName}${classSuffix}persistentvolumeclaims`, count(1));
  if (storage !== undefined) usage.set(`${storageClassName}${classSuffix}requests.storage`, storage);
}

/**
 * Whether an object of `resource` may use what a quota bounds as `name`: also where this one uses none of it.
 */
export function mayUse(resource: AnyResource, name: string): boolean {
  if (name === `count/${qualifiedPlural(resource)}`) return true;
  if (resource.group !== "") return false;
  if (name === resource.plural) return plainlyCounted.has(name);
  switch (resource.plural) {
    case "pods":
      return isCompute(name);
    case "services":
      return name === "services.loadbalancers" || name === "services.nodeports";
    case "persistentvolumeclaims":
      return name === "requests.storage" || name.includes(classSuffix);
    default:
      return false;
  }
}

/** What containers ask for. */
function isCompute(name: string): boolean {
  if (name === "requests.storage" || name.includes(classSuffix)) return false;
  return computeNames.has(name) || /^(requests\.|limits\.|hugepages-)/.test(name);
}

export function isPod(object: ApiObject): object is Pod {
  return object.apiVersion === "v1" && object.kind === "Pod";
}

function isService(object: ApiObject): object is Service {
  return object.apiVersion === "v1" && object.kind === "Service";
}

function isClaim(object: ApiObject): object is PersistentVolumeClaim {
  return object.apiVersion === "v1" && object.kind === "PersistentVolumeClaim";
}
