/** What is wrong with a container of a pod. */
import { parseQuantity } from "../meta/quantity.ts";
import { type Cause, duplicate, forbidden, invalid, notFound, notSupported, required } from "../validation/cause.ts";
import { dnsLabel, envVarName, labelKey, portName } from "../validation/names.ts";
import type { Container, EnvVar } from "./container.ts";
import type { LifecycleHandler, Probe } from "./probe.ts";

const portMax = 65535;
const standardResources = new Set(["cpu", "memory", "ephemeral-storage"]);
const podFields = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];
const keyedPodField = /^metadata\.(?:labels|annotations)\['[^']+'\]$/;

/** `volumes` are the names of the pod's volumes. */
export function validateContainer(
  container: Container,
  path: string,
  volumes: ReadonlySet<string>,
  isOnHostNetwork: boolean,
): Cause[] {
  const causes: Cause[] = [];
  const wrongName = dnsLabel(container.name);
  if (wrongName !== undefined) causes.push(invalid(`${path}.name`, container.name, wrongName));
  if (container.image === undefined) causes.push(required(`${path}.image`));
  else if (container.image.trim() !== container.image)
    causes.push(invalid(`${path}.image`, container.image, "must not have leading or trailing whitespace"));
  if (container.restartPolicy !== undefined && container.restartPolicy !== "Always")
    causes.push(notSupported(`${path}.restartPolicy`, container.restartPolicy, ["Always"]));
  causes.push(
    ...validatePorts(container, path, isOnHostNetwork),
    ...(container.env ?? []).flatMap((variable, index) => validateVariable(variable, `${path}.env[${index}]`)),
    ...validateEnvFrom(container, path),
    ...validateMounts(container, path, volumes),
    ...validateResources(container, path),
    ...validateProbes(container, path),
    ...validateSecurity(container, `${path}.securityContext`),
  );
  return causes;
}

function validatePorts({ ports = [] }: Container, path: string, isOnHostNetwork: boolean): Cause[] {
  const causes: Cause[] = [];
  const names = new Set<string>();
  for (const [index, { name, containerPort, hostPort }] of ports.entries()) {
    const at = `${path}.ports[${index}]`;
    if (name !== undefined) {
      const wrong = portName(name);
      if (wrong !== undefined) causes.push(invalid(`${at}.name`, name, wrong));
      if (names.has(name)) causes.push(duplicate(`${at}.name`, name));
      names.add(name);
    }
    causes.push(...validatePort(`${at}.containerPort`, containerPort));
    if (hostPort === undefined || hostPort === 0) continue;
    causes.push(...validatePort(`${at}.hostPort`, hostPort));
    if (isOnHostNetwork && hostPort !== containerPort)
      causes.push(invalid(`${at}.hostPort`, hostPort, "must match `containerPort` when `hostNetwork` is true"));
  }
  return causes;
}

function validatePort(field: string, port: number): Cause[] {
  return port >= 1 && port <= portMax ? [] : [invalid(field, port, "must be between 1 and 65535, inclusive")];
}

function validateVariable({ name, value, valueFrom }: EnvVar, path: string): Cause[] {
  const causes: Cause[] = [];
  const wrong = envVarName(name);
  if (wrong !== undefined) causes.push(invalid(`${path}.name`, name, wrong));
  if (valueFrom === undefined) return causes;
  const at = `${path}.valueFrom`;
  const sources = Object.values(valueFrom).filter((source) => source !== undefined).length;
  if (sources === 0)
    causes.push(
      invalid(at, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"),
    );
  else if (value !== undefined) causes.push(invalid(at, "", "may not be specified when `value` is not empty"));
  else if (sources > 1) causes.push(invalid(at, "", "may not have more than one field specified at a time"));
  for (const source of ["configMapKeyRef", "secretKeyRef"] as const)
    if (valueFrom[source] !== undefined && valueFrom[source].name === undefined)
      causes.push(required(`${at}.${source}.name`));
  const field = valueFrom.fieldRef?.fieldPath;
  if (field !== undefined && !podFields.includes(field) && !keyedPodField.test(field))
    causes.push(notSupported(`${at}.fieldRef.fieldPath`, field, podFields));
  return causes;
}

function validateEnvFrom({ envFrom = [] }: Container, path: string): Cause[] {
  return envFrom.flatMap(({ configMapRef, secretRef }, index) => {
    const at = `${path}.envFrom[${index}]`;
    if (configMapRef === undefined && secretRef === undefined)
      return [invalid(at, "", "must specify one of: `configMapRef` or `secretRef`")];
    if (configMapRef !== undefined && secretRef !== undefined)
      return [invalid(at, "", "may not have more than one field specified at a time")];
    if ((configMapRef ?? secretRef)?.name !== undefined) return [];
    return [required(`${at}.${configMapRef === undefined ? "secretRef" : "configMapRef"}.name`)];
  });
}

function validateMounts({ volumeMounts = [] }: Container, path: string, volumes: ReadonlySet<string>): Cause[] {
  const causes: Cause[] = [];
  const paths = new Set<string>();
  for (const [index, { name, mountPath, subPath, subPathExpr }] of volumeMounts.entries()) {
    const at = `${path}.volumeMounts[${index}]`;
    if (!volumes.has(name)) causes.push(notFound(`${at}.name`, name));
    if (paths.has(mountPath)) causes.push(invalid(`${at}.mountPath`, mountPath, "must be unique"));
    paths.add(mountPath);
    for (const [field, sub] of Object.entries({ subPath, subPathExpr })) {
      if (sub?.startsWith("/")) causes.push(invalid(`${at}.${field}`, sub, "must be a relative path"));
      if (sub?.split("/").includes("..")) causes.push(invalid(`${at}.${field}`, sub, "must not contain '..'"));
    }
    if (subPath !== undefined && subPathExpr !== undefined)
      causes.push(invalid(`${at}.subPathExpr`, subPathExpr, "subPathExpr and subPath are mutually exclusive"));
  }
  return causes;
}

function validateResources({ resources }: Container, path: string): Cause[] {
  const causes: Cause[] = [];
  for (const list of ["limits", "requests"] as const)
    for (const [name, text] of Object.entries(resources[list] ?? {})) {
      const at = `${path}.resources.${list}`;
      if (!standardResources.has(name) && !name.startsWith("hugepages-")) {
        const wrong = labelKey(name) ?? (name.includes("/") ? undefined : "must be a standard resource for containers");
        if (wrong !== undefined) causes.push(invalid(at, name, wrong));
      }
      if ((parseQuantity(text)?.nano ?? 0n) < 0n)
        causes.push(invalid(`${at}[${name}]`, text, "must be greater than or equal to 0"));
    }
  for (const [name, request] of Object.entries(resources.requests ?? {})) {
    const limit = Object.hasOwn(resources.limits ?? {}, name) ? resources.limits?.[name] : undefined;
    if (limit === undefined) continue;
    if ((parseQuantity(request)?.nano ?? 0n) > (parseQuantity(limit)?.nano ?? 0n))
      causes.push(
        invalid(`${path}.resources.requests`, request, `must be less than or equal to ${name} limit of ${limit}`),
      );
  }
  return causes;
}

const probeHandlers = ["exec", "httpGet", "tcpSocket", "grpc"] as const;
const lifecycleHandlers = ["exec", "httpGet", "tcpSocket", "sleep"] as const;

function validateProbes(container: Container, path: string): Cause[] {
  const causes: Cause[] = [];
  for (const name of ["livenessProbe", "readinessProbe", "startupProbe"] as const) {
    const probe = container[name];
    if (probe !== undefined) causes.push(...validateProbe(probe, `${path}.${name}`, name === "readinessProbe"));
  }
  for (const turn of ["postStart", "preStop"] as const) {
    const handler = container.lifecycle?.[turn];
    if (handler !== undefined) causes.push(...validateHandler(handler, `${path}.lifecycle.${turn}`, lifecycleHandlers));
  }
  return causes;
}

function validateProbe(probe: Probe, path: string, isReadiness: boolean): Cause[] {
  const causes = validateHandler(probe, path, probeHandlers);
  if (probe.grpc !== undefined) causes.push(...validatePort(`${path}.grpc.port`, probe.grpc.port));
  for (const field of [
    "initialDelaySeconds",
    "timeoutSeconds",
    "periodSeconds",
    "successThreshold",
    "failureThreshold",
  ] as const) {
    const value = probe[field] ?? 0;
    if (value < 0) causes.push(invalid(`${path}.${field}`, value, "must be greater than or equal to 0"));
  }
  if (!isReadiness && probe.successThreshold !== 1)
    causes.push(invalid(`${path}.successThreshold`, probe.successThreshold, "must be 1"));
  return causes;
}

function validateHandler(handler: Probe | LifecycleHandler, path: string, names: readonly string[]): Cause[] {
  const causes: Cause[] = [];
  const given = Object.keys(handler).filter((name) => names.includes(name));
  if (given.length === 0) causes.push(required(path, "must specify a handler type"));
  for (const name of given.slice(1))
    causes.push(forbidden(`${path}.${name}`, "may not specify more than 1 handler type"));
  if (handler.exec !== undefined && (handler.exec.command ?? []).length === 0)
    causes.push(required(`${path}.exec.command`));
  for (const name of ["httpGet", "tcpSocket"] as const) {
    const port = handler[name]?.port;
    if (port === undefined) continue;
    const at = `${path}.${name}.port`;
    if (typeof port === "number") causes.push(...validatePort(at, port));
    else {
      const wrong = portName(port);
      if (wrong !== undefined) causes.push(invalid(at, port, wrong));
    }
  }
  return causes;
}

function validateSecurity({ securityContext }: Container, path: string): Cause[] {
  if (securityContext === undefined) return [];
  const causes: Cause[] = [];
  for (const field of ["runAsUser", "runAsGroup"] as const) {
    const id = securityContext[field];
    if (id !== undefined && (id < 0 || id > 2 ** 31 - 1))
      causes.push(invalid(`${path}.${field}`, id, "must be between 0 and 2147483647, inclusive"));
  }
  if (securityContext.allowPrivilegeEscalation !== false) return causes;
  if (securityContext.privileged === true)
    causes.push(
      invalid(path, securityContext, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"),
    );
  return causes;
}
