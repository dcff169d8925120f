/** Says whether a change of the slice matters to a pod. */
import type { Pod } from "../../api/kinds/pod.ts";
import type { SliceView } from "../slice/slice-view.ts";

/** A text that changes exactly when the pod or something it names in the slice does. */
export function sliceFingerprint(pod: Pod | undefined, slice: SliceView, node: string): string {
  if (pod === undefined) return "";
  const namespace = pod.metadata.namespace ?? "";
  const versions = [pod.metadata.resourceVersion, slice.node(node)?.spec.podCIDR];
  const configMap = (name: string | undefined) =>
    versions.push(slice.configMap(namespace, name ?? "")?.metadata.resourceVersion);
  const secret = (name: string | undefined) =>
    versions.push(slice.secret(namespace, name ?? "")?.metadata.resourceVersion);
  for (const { env = [], envFrom = [] } of [...pod.spec.containers, ...(pod.spec.initContainers ?? [])]) {
    for (const { configMapRef, secretRef } of envFrom) {
      if (configMapRef !== undefined) configMap(configMapRef.name);
      if (secretRef !== undefined) secret(secretRef.name);
    }
    for (const { valueFrom } of env) {
      if (valueFrom?.configMapKeyRef !== undefined) configMap(valueFrom.configMapKeyRef.name);
      if (valueFrom?.secretKeyRef !== undefined) secret(valueFrom.secretKeyRef.name);
    }
  }
  for (const volume of pod.spec.volumes ?? []) {
    const sources = [{ configMap: volume.configMap }, ...(volume.projected?.sources ?? [])];
    for (const source of sources) if (source.configMap !== undefined) configMap(source.configMap.name);
    if (volume.secret !== undefined) secret(volume.secret.secretName);
    for (const source of volume.projected?.sources ?? []) if (source.secret !== undefined) secret(source.secret.name);
    if (volume.persistentVolumeClaim === undefined) continue;
    const claim = slice.claim(namespace, volume.persistentVolumeClaim.claimName);
    versions.push(claim?.metadata.resourceVersion);
    versions.push(slice.persistentVolume(claim?.spec.volumeName ?? "")?.metadata.resourceVersion);
  }
  return versions.join(" ");
}
