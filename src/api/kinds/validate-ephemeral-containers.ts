/** What is wrong with the containers that were added to a running pod to look into it. */
import { type Cause, duplicate, forbidden, notFound } from "../validation/cause.ts";
import type { EphemeralContainer } from "./container.ts";
import type { PodSpec } from "./pod-spec.ts";
import { validateContainer } from "./validate-container.ts";

/** They come and go without being promised anything, or asked how they are. */
const forbiddenFields = [
  "ports",
  "livenessProbe",
  "readinessProbe",
  "startupProbe",
  "lifecycle",
  "resizePolicy",
  "resources",
] as const;
const why = "cannot be set for an Ephemeral Container";

export function validateEphemeralContainers(spec: PodSpec, path: string): Cause[] {
  const causes: Cause[] = [];
  const others = [...(spec.initContainers ?? []), ...spec.containers].map(({ name }) => name);
  const names = new Set(others);
  const targets = new Set(others);
  const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
  for (const [index, container] of (spec.ephemeralContainers ?? []).entries()) {
    const at = `${path}.ephemeralContainers[${index}]`;
    const { name, targetContainerName } = container;
    if (names.has(name)) causes.push(duplicate(`${at}.name`, name));
    names.add(name);
    if (targetContainerName !== undefined && !targets.has(targetContainerName))
      causes.push(notFound(`${at}.targetContainerName`, targetContainerName));
    causes.push(
      ...validateContainer(container, at, volumes, spec.hostNetwork === true),
      ...validateFields(container, at),
    );
  }
  return causes;
}

function validateFields(container: EphemeralContainer, path: string): Cause[] {
  const set = forbiddenFields.filter((field) => Object.keys(container[field] ?? {}).length > 0);
  const causes = set.map((field) => forbidden(`${path}.${field}`, why));
  for (const [index, { subPath, subPathExpr }] of (container.volumeMounts ?? []).entries()) {
    if (subPath !== undefined) causes.push(forbidden(`${path}.volumeMounts[${index}].subPath`, why));
    if (subPathExpr !== undefined) causes.push(forbidden(`${path}.volumeMounts[${index}].subPathExpr`, why));
  }
  return causes;
}
