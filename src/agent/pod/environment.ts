/** The environment of a container: where the API is, ConfigMaps and Secrets as a whole, then single variables, each able to use the ones before. */
import type { Container, EnvFromSource, EnvVar } from "../../api/kinds/container.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { ownValue } from "../../lib/own-value.ts";
import type { SliceView } from "../slice/slice-view.ts";
import { fieldValue, type PodPlace, resourceValue } from "./downward.ts";
import { expand } from "./expand.ts";
import { kubernetesVariables } from "./service-environment.ts";
import { configError } from "./step-error.ts";

/** Variables by name. Throws `StepError` (`CreateContainerConfigError`) naming what is missing. */
export function environment(
  pod: Pod,
  container: Container,
  slice: SliceView,
  place: PodPlace,
): ReadonlyMap<string, string> {
  const variables = new Map(kubernetesVariables);
  for (const source of container.envFrom ?? []) {
    for (const [key, value] of fromWhole(pod, source, slice)) variables.set(`${source.prefix ?? ""}${key}`, value);
  }
  for (const variable of container.env ?? []) {
    const value = variableValue(pod, container, variable, slice, place, variables);
    if (value !== undefined) variables.set(variable.name, value);
  }
  return variables;
}

function fromWhole(pod: Pod, source: EnvFromSource, slice: SliceView): [string, string][] {
  const namespace = pod.metadata.namespace ?? "";
  if (source.configMapRef !== undefined) {
    const { name = "", optional } = source.configMapRef;
    const configMap = slice.configMap(namespace, name);
    if (configMap === undefined && optional !== true) throw configError(`configmap "${name}" not found`);
    return Object.entries(configMap?.data ?? {});
  }
  if (source.secretRef !== undefined) {
    const { name = "", optional } = source.secretRef;
    const secret = slice.secret(namespace, name);
    if (secret === undefined && optional !== true) throw configError(`secret "${name}" not found`);
    return Object.entries(secret?.data ?? {}).map(([key, value]) => [key, decodeText(value)]);
  }
  return [];
}

function variableValue(
  pod: Pod,
  container: Container,
  { name, value, valueFrom }: EnvVar,
  slice: SliceView,
  place: PodPlace,
  before: ReadonlyMap<string, string>,
): string | undefined {
  if (valueFrom === undefined) return expand(value ?? "", before);
  const namespace = pod.metadata.namespace ?? "";
  const { configMapKeyRef, secretKeyRef, fieldRef, resourceFieldRef } = valueFrom;
  if (configMapKeyRef !== undefined) {
    const from = slice.configMap(namespace, configMapKeyRef.name ?? "");
    return keyOrError("configmap", configMapKeyRef, from !== undefined, ownValue(from?.data, configMapKeyRef.key));
  }
  if (secretKeyRef !== undefined) {
    const from = slice.secret(namespace, secretKeyRef.name ?? "");
    const encoded = ownValue(from?.data, secretKeyRef.key);
    const found = encoded === undefined ? undefined : decodeText(encoded);
    return keyOrError("secret", secretKeyRef, from !== undefined, found);
  }
  if (fieldRef !== undefined) {
    const found = fieldValue(pod, place, fieldRef.fieldPath);
    if (found === undefined) throw configError(`variable ${name}: a pod has no field ${fieldRef.fieldPath}`);
    return found;
  }
  if (resourceFieldRef !== undefined) {
    const other = pod.spec.containers.find((one) => one.name === resourceFieldRef.containerName) ?? container;
    const found = resourceValue(other, place, resourceFieldRef.resource, resourceFieldRef.divisor);
    if (found === undefined) throw configError(`variable ${name}: no resource ${resourceFieldRef.resource}`);
    return found;
  }
  return "";
}

interface KeyReference {
  readonly name?: string | undefined;
  readonly key: string;
  readonly optional?: boolean | undefined;
}

function keyOrError(kind: string, reference: KeyReference, exists: boolean, value: string | undefined) {
  if (value !== undefined || reference.optional === true) return value;
  const { name = "", key } = reference;
  throw configError(exists ? `couldn't find key ${key} in ${kind} "${name}"` : `${kind} "${name}" not found`);
}

function decodeText(base64: string): string {
  return Buffer.from(base64, "base64").toString("utf8");
}
