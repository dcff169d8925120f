/** What is wrong with the volumes of a pod. */
import { type Cause, duplicate, forbidden, invalid, notSupported, required } from "../validation/cause.ts";
import { configKey, dnsLabel } from "../validation/names.ts";
import { type Volume, volumeSourceNames } from "./volume.ts";

const hostPathTypes = [
  "",
  "DirectoryOrCreate",
  "Directory",
  "FileOrCreate",
  "File",
  "Socket",
  "CharDevice",
  "BlockDevice",
];
const modeMax = 0o777;

export function validateVolumes(volumes: readonly Volume[], path: string): Cause[] {
  const names = new Set<string>();
  return volumes.flatMap((volume, index) => {
    const at = `${path}[${index}]`;
    const causes = validateVolume(volume, at);
    if (names.has(volume.name)) causes.push(duplicate(`${at}.name`, volume.name));
    names.add(volume.name);
    return causes;
  });
}

function validateVolume(volume: Volume, path: string): Cause[] {
  const causes: Cause[] = [];
  const wrong = dnsLabel(volume.name);
  if (wrong !== undefined) causes.push(invalid(`${path}.name`, volume.name, wrong));
  const sources = Object.keys(volume).filter((field) => volumeSourceNames.includes(field));
  for (const source of sources.slice(1))
    causes.push(forbidden(`${path}.${source}`, "may not specify more than 1 volume type"));
  const { hostPath, secret, configMap, downwardAPI, projected } = volume;
  if (hostPath !== undefined) causes.push(...validateHostPath(hostPath, `${path}.hostPath`));
  if (secret !== undefined) {
    if (secret.secretName === undefined) causes.push(required(`${path}.secret.secretName`));
    causes.push(...validateFiles(secret.items ?? [], secret.defaultMode, `${path}.secret`));
  }
  if (configMap !== undefined) {
    if (configMap.name === undefined) causes.push(required(`${path}.configMap.name`));
    causes.push(...validateFiles(configMap.items ?? [], configMap.defaultMode, `${path}.configMap`));
  }
  if (downwardAPI !== undefined)
    causes.push(...validateFiles(downwardAPI.items ?? [], downwardAPI.defaultMode, `${path}.downwardAPI`));
  for (const [index, source] of (projected?.sources ?? []).entries()) {
    const at = `${path}.projected.sources[${index}]`;
    for (const name of ["secret", "configMap"] as const)
      if (source[name] !== undefined && source[name].name === undefined) causes.push(required(`${at}.${name}.name`));
    for (const name of ["secret", "configMap", "downwardAPI"] as const)
      causes.push(...validateFiles(source[name]?.items ?? [], 0, `${at}.${name}`));
  }
  return causes;
}

/** A path of a board, in a pod or in a PersistentVolume. */
export function validateHostPath(
  { path, type }: { readonly path: string; readonly type: string },
  at: string,
): Cause[] {
  const causes: Cause[] = [];
  if (path.split("/").includes("..")) causes.push(invalid(`${at}.path`, path, "must not contain '..'"));
  if (!hostPathTypes.includes(type)) causes.push(notSupported(`${at}.type`, type, hostPathTypes));
  return causes;
}

interface File {
  readonly key?: string;
  readonly path: string;
  readonly mode?: number | undefined;
}

function validateFiles(files: readonly File[], defaultMode: number, path: string): Cause[] {
  const causes: Cause[] = [];
  if (!isMode(defaultMode)) causes.push(invalid(`${path}.defaultMode`, defaultMode, modeDetail));
  for (const [index, file] of files.entries()) {
    const at = `${path}.items[${index}]`;
    const wrong = file.key === undefined ? undefined : configKey(file.key);
    if (wrong !== undefined) causes.push(invalid(`${at}.key`, file.key, wrong));
    if (file.path.startsWith("/")) causes.push(invalid(`${at}.path`, file.path, "must be a relative path"));
    if (file.path.split("/").includes("..")) causes.push(invalid(`${at}.path`, file.path, "must not contain '..'"));
    else if (file.path.startsWith("..")) causes.push(invalid(`${at}.path`, file.path, "must not start with '..'"));
    if (file.mode !== undefined && !isMode(file.mode)) causes.push(invalid(`${at}.mode`, file.mode, modeDetail));
  }
  return causes;
}

const modeDetail = "must be a number between 0 and 0777 (octal), both inclusive";

function isMode(mode: number): boolean {
  return mode >= 0 && mode <= modeMax;
}
