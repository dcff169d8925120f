/** What is wrong with the spec of a pod or a pod template, beyond what its schema says. */

import { type Cause, duplicate, forbidden, invalid, required } from "../validation/cause.ts";
import { dnsLabel, dnsSubdomain, type TextRule } from "../validation/names.ts";
import { validateLabels } from "../validation/object-meta.ts";
import type { Container } from "./container.ts";
import type { PodSpec } from "./pod-spec.ts";
import { isSidecar } from "./pod-state.ts";
import { validateAffinity, validateTolerations } from "./validate-affinity.ts";
import { validateContainer } from "./validate-container.ts";
import { validateEphemeralContainers } from "./validate-ephemeral-containers.ts";
import { validateVolumes } from "./validate-volumes.ts";

/** `path` leads to the spec: `spec`, or `spec.template.spec`. */
export function validatePodSpec(spec: PodSpec, path: string): Cause[] {
  const causes = [
    ...validateVolumes(spec.volumes ?? [], `${path}.volumes`),
    ...validateContainers(spec, path),
    ...validateEphemeralContainers(spec, path),
    ...validateLabels(spec.nodeSelector, `${path}.nodeSelector`),
    ...validateAffinity(spec.affinity, `${path}.affinity`),
    ...validateTolerations(spec.tolerations ?? [], `${path}.tolerations`),
    ...validateNumbers(spec, path),
    ...validateNames(spec, path),
  ];
  if (spec.hostPID === true && spec.shareProcessNamespace === true)
    causes.push(
      invalid(`${path}.shareProcessNamespace`, true, "ShareProcessNamespace and HostPID cannot both be enabled"),
    );
  if (spec.dnsPolicy === "None" && (spec.dnsConfig?.nameservers ?? []).length === 0)
    causes.push(
      required(`${path}.dnsConfig.nameservers`, "must provide at least one DNS nameserver when `dnsPolicy` is None"),
    );
  return causes;
}

function validateContainers(spec: PodSpec, path: string): Cause[] {
  const causes: Cause[] = [];
  if (spec.containers.length === 0) causes.push(required(`${path}.containers`));
  const names = new Set<string>();
  const volumes = new Set((spec.volumes ?? []).map(({ name }) => name));
  const hostPorts = new Set<string>();
  const inspect = (container: Container, at: string) => {
    if (names.has(container.name)) causes.push(duplicate(`${at}.name`, container.name));
    names.add(container.name);
    causes.push(...validateContainer(container, at, volumes, spec.hostNetwork === true));
  };
  for (const [index, container] of (spec.initContainers ?? []).entries()) {
    const at = `${path}.initContainers[${index}]`;
    inspect(container, at);
    if (isSidecar(container)) continue;
    for (const field of ["lifecycle", "livenessProbe", "readinessProbe", "startupProbe"] as const)
      if (container[field] !== undefined)
        causes.push(forbidden(`${at}.${field}`, "may not be set for init containers without restartPolicy=Always"));
  }
  for (const [index, container] of spec.containers.entries()) {
    const at = `${path}.containers[${index}]`;
    inspect(container, at);
    for (const [portIndex, { hostPort, protocol, hostIP = "" }] of (container.ports ?? []).entries()) {
      if (hostPort === undefined || hostPort === 0) continue;
      const identity = `${protocol}/${hostIP}/${hostPort}`;
      if (hostPorts.has(identity)) causes.push(duplicate(`${at}.ports[${portIndex}].hostPort`, identity));
      hostPorts.add(identity);
    }
  }
  return causes;
}

function validateNumbers(spec: PodSpec, path: string): Cause[] {
  const causes: Cause[] = [];
  if (spec.terminationGracePeriodSeconds < 0)
    causes.push(
      invalid(
        `${path}.terminationGracePeriodSeconds`,
        spec.terminationGracePeriodSeconds,
        "must be greater than or equal to 0",
      ),
    );
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && deadline < 1)
    causes.push(invalid(`${path}.activeDeadlineSeconds`, deadline, "must be between 1 and 2147483647, inclusive"));
  for (const field of ["runAsUser", "runAsGroup", "fsGroup"] as const) {
    const id = spec.securityContext[field];
    if (id !== undefined && (id < 0 || id > 2 ** 31 - 1))
      causes.push(invalid(`${path}.securityContext.${field}`, id, "must be between 0 and 2147483647, inclusive"));
  }
  return causes;
}

function validateNames(spec: PodSpec, path: string): Cause[] {
  const causes: Cause[] = [];
  const check = (field: string, name: string | undefined, rule: TextRule) => {
    const wrong = name === undefined ? undefined : rule(name);
    if (wrong !== undefined) causes.push(invalid(`${path}.${field}`, name, wrong));
  };
  check("serviceAccountName", spec.serviceAccountName, dnsSubdomain);
  check("nodeName", spec.nodeName, dnsSubdomain);
  check("hostname", spec.hostname, dnsLabel);
  check("subdomain", spec.subdomain, dnsLabel);
  check("runtimeClassName", spec.runtimeClassName, dnsSubdomain);
  check("priorityClassName", spec.priorityClassName, dnsSubdomain);
  for (const [index, { hostnames = [] }] of (spec.hostAliases ?? []).entries())
    for (const hostname of hostnames) check(`hostAliases[${index}].hostnames`, hostname, dnsSubdomain);
  return causes;
}
