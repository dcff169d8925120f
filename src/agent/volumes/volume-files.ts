/** The files of configMap, secret, downwardAPI and projected volumes, by their path within the volume. Pure. */
import type { Pod } from "../../api/kinds/pod.ts";
import type { DownwardApiFile, Volume, VolumeProjection } from "../../api/kinds/volume.ts";
import { ownValue } from "../../lib/own-value.ts";
import { fieldValue, type PodPlace, resourceValue } from "../pod/downward.ts";
import { StepError } from "../pod/step-error.ts";
import type { SliceView } from "../slice/slice-view.ts";

export interface VolumeFile {
  readonly bytes: Uint8Array;
  /** Permission bits. */
  readonly mode: number;
}

export type VolumeFiles = ReadonlyMap<string, VolumeFile>;

const defaultModeOfAll = 0o644;

/**
 * What the volume should hold; undefined for volumes of other kinds. `tokens` are by their paths. Throws `StepError` (`FailedMount`) where an
 * object, a key or a field is missing and not optional, or a path leads out of the volume.
 */
export function volumeFiles(
  pod: Pod,
  volume: Volume,
  slice: SliceView,
  place: PodPlace,
  tokens: ReadonlyMap<string, string>,
): VolumeFiles | undefined {
  const files = new Map<string, VolumeFile>();
  const { configMap, secret, downwardAPI, projected } = volume;
  if (configMap !== undefined) addProjection(files, { configMap }, configMap.defaultMode, pod, slice, place);
  else if (secret !== undefined) {
    const { secretName, items, optional } = secret;
    addProjection(files, { secret: { name: secretName, items, optional } }, secret.defaultMode, pod, slice, place);
  } else if (downwardAPI !== undefined)
    addProjection(files, { downwardAPI }, downwardAPI.defaultMode, pod, slice, place);
  else if (projected !== undefined) {
    for (const source of projected.sources ?? []) {
      if (source.serviceAccountToken !== undefined) addToken(files, source.serviceAccountToken.path, tokens, projected);
      else addProjection(files, source, projected.defaultMode, pod, slice, place);
    }
  } else return undefined;
  return files;
}

function addProjection(
  files: Map<string, VolumeFile>,
  source: VolumeProjection,
  defaultMode: number | undefined,
  pod: Pod,
  slice: SliceView,
  place: PodPlace,
): void {
  const namespace = pod.metadata.namespace ?? "";
  const mode = defaultMode ?? defaultModeOfAll;
  if (source.configMap !== undefined) {
    const { name = "", items, optional } = source.configMap;
    const found = slice.configMap(namespace, name);
    const values = found && [...textEntries(found.data), ...base64Entries(found.binaryData)];
    addKeys(files, `configmap "${name}"`, values, items, optional === true, mode);
  } else if (source.secret !== undefined) {
    const { name = "", items, optional } = source.secret;
    const found = slice.secret(namespace, name);
    addKeys(files, `secret "${name}"`, found && base64Entries(found.data), items, optional === true, mode);
  } else if (source.downwardAPI !== undefined) {
    for (const item of source.downwardAPI.items ?? []) {
      addFile(files, item.path, new TextEncoder().encode(downwardText(item, pod, place)), item.mode ?? mode);
    }
  } else {
    throw failedMount("clusterTrustBundle sources are not served: remove them from the volume");
  }
}

/** A board that cannot reach the fleet starts its pods without their tokens: most of them never ask for it. */
function addToken(
  files: Map<string, VolumeFile>,
  path: string,
  tokens: ReadonlyMap<string, string>,
  { defaultMode = defaultModeOfAll }: { readonly defaultMode?: number | undefined },
): void {
  const token = tokens.get(path);
  if (token !== undefined) addFile(files, path, new TextEncoder().encode(token), defaultMode);
}

interface KeyToPath {
  readonly key: string;
  readonly path: string;
  readonly mode?: number | undefined;
}

function addKeys(
  files: Map<string, VolumeFile>,
  what: string,
  values: readonly (readonly [string, Uint8Array])[] | undefined,
  items: readonly KeyToPath[] | undefined,
  optional: boolean,
  mode: number,
): void {
  if (values === undefined) {
    if (optional) return;
    throw failedMount(`${what} not found`);
  }
  if (items === undefined) {
    for (const [key, bytes] of values) addFile(files, key, bytes, mode);
    return;
  }
  const byKey = new Map(values);
  for (const item of items) {
    const bytes = byKey.get(item.key);
    if (bytes !== undefined) addFile(files, item.path, bytes, item.mode ?? mode);
    else if (!optional) throw failedMount(`${what} has no key ${item.key}`);
  }
}

function addFile(files: Map<string, VolumeFile>, path: string, bytes: Uint8Array, mode: number): void {
  const parts = path.split("/");
  // `..data` and its like are how an update is swapped in; nobody may name a file so.
  if (parts.some((part) => part === "" || part === "." || part.startsWith("..") || part.includes("\0"))) {
    throw failedMount(
      `the path ${JSON.stringify(path)} is not allowed: it must be relative and stay within the volume`,
    );
  }
  files.set(path, { bytes, mode });
}

function downwardText(item: DownwardApiFile, pod: Pod, place: PodPlace): string {
  const { fieldRef, resourceFieldRef } = item;
  if (fieldRef !== undefined) {
    const value = fieldValue(pod, place, fieldRef.fieldPath);
    if (value === undefined) throw failedMount(`a pod has no field ${fieldRef.fieldPath}`);
    return value;
  }
  const { containerName, resource = "", divisor = "0" } = resourceFieldRef ?? {};
  const container = pod.spec.containers.find(({ name }) => name === containerName);
  const value = container && resourceValue(container, place, resource, divisor);
  if (value === undefined)
    throw failedMount(`file ${item.path}: no resource ${resource} of container ${containerName}`);
  return value;
}

function textEntries(data: Readonly<Record<string, string>> | undefined): [string, Uint8Array][] {
  return Object.keys(data ?? {}).map((key) => [key, new TextEncoder().encode(ownValue(data, key) ?? "")]);
}

function base64Entries(data: Readonly<Record<string, string>> | undefined): [string, Uint8Array][] {
  return Object.keys(data ?? {}).map((key) => [key, Buffer.from(ownValue(data, key) ?? "", "base64")]);
}

export function failedMount(message: string, cause?: unknown): StepError {
  return new StepError("FailedMount", message, { cause });
}
