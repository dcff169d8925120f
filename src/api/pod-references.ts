/** What a pod names and its board must therefore hold. */
import type { Pod } from "./kinds/pod.ts";

export type ReferencedKind = "ConfigMap" | "Secret" | "PersistentVolumeClaim";

export interface Reference {
  readonly kind: ReferencedKind;
  readonly name: string;
}

/** ConfigMaps, Secrets and claims of the pod's namespace that its volumes, variables and image pulls name, once each. */
export function referencesOf(pod: Pod): readonly Reference[] {
  const found = new Map<string, Reference>();
  const add = (kind: ReferencedKind, name: string | undefined) => {
    if (name !== undefined) found.set(`${kind} ${name}`, { kind, name });
  };
  for (const volume of pod.spec.volumes ?? []) {
    add("ConfigMap", volume.configMap?.name);
    add("Secret", volume.secret?.secretName);
    add("PersistentVolumeClaim", volume.persistentVolumeClaim?.claimName);
    for (const source of volume.projected?.sources ?? []) {
      add("ConfigMap", source.configMap?.name);
      add("Secret", source.secret?.name);
    }
  }
  const { containers, initContainers = [], ephemeralContainers = [], imagePullSecrets = [] } = pod.spec;
  for (const { env = [], envFrom = [] } of [...initContainers, ...containers, ...ephemeralContainers]) {
    for (const { valueFrom } of env) {
      add("ConfigMap", valueFrom?.configMapKeyRef?.name);
      add("Secret", valueFrom?.secretKeyRef?.name);
    }
    for (const { configMapRef, secretRef } of envFrom) {
      add("ConfigMap", configMapRef?.name);
      add("Secret", secretRef?.name);
    }
  }
  for (const { name } of imagePullSecrets) add("Secret", name);
  return Array.from(found.values());
}
