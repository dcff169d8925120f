/** What is wrong with an Ingress. */
import { type Cause, invalid, required } from "../../validation/cause.ts";
import { dns1035Label, dnsSubdomain, pathSegment, portName, type TextRule } from "../../validation/names.ts";
import { isIpAddress, validatePortNumber } from "../../validation/network.ts";
import type { Ingress, IngressBackend, IngressPath, IngressSpec } from "./ingress.ts";

const hiddenSegments = ["//", "/./", "/../", "%2f", "%2F"];
const hiddenEnds = ["/..", "/."];

export function validateIngress({ spec }: Ingress): Cause[] {
  const { defaultBackend, rules = [], tls = [], ingressClassName } = spec;
  const causes: Cause[] = [];
  if (rules.length === 0 && defaultBackend === undefined)
    causes.push(invalid("spec", spec, "either `defaultBackend` or `rules` must be specified"));
  if (defaultBackend !== undefined) causes.push(...validateBackend(defaultBackend, "spec.defaultBackend"));
  for (const [index, rule] of rules.entries()) causes.push(...validateRule(rule, `spec.rules[${index}]`));
  for (const [index, { hosts = [], secretName }] of tls.entries()) {
    const path = `spec.tls[${index}]`;
    for (const [hostIndex, host] of hosts.entries())
      causes.push(...validateText(host, `${path}.hosts[${hostIndex}]`, hostRule));
    if (secretName !== undefined) causes.push(...validateText(secretName, `${path}.secretName`, dnsSubdomain));
  }
  if (ingressClassName !== undefined)
    causes.push(...validateText(ingressClassName, "spec.ingressClassName", dnsSubdomain));
  return causes;
}

/** A host, or all hosts of a domain. */
const hostRule: TextRule = (host) => dnsSubdomain(host.startsWith("*.") ? host.slice(2) : host);

type Rule = NonNullable<IngressSpec["rules"]>[number];

function validateRule({ host, http }: Rule, path: string): Cause[] {
  const causes: Cause[] = [];
  if (host !== undefined) {
    const wrong = isIpAddress(host) ? "must be a DNS name, not an IP address" : hostRule(host);
    if (wrong !== undefined) causes.push(invalid(`${path}.host`, host, wrong));
  }
  if (http === undefined) return causes;
  if (http.paths.length === 0) causes.push(required(`${path}.http.paths`));
  for (const [index, each] of http.paths.entries()) causes.push(...validatePath(each, `${path}.http.paths[${index}]`));
  return causes;
}

function validatePath({ path: text = "", pathType, backend }: IngressPath, path: string): Cause[] {
  const causes = validateBackend(backend, `${path}.backend`);
  if (pathType === "ImplementationSpecific") {
    if (text !== "" && !text.startsWith("/")) causes.push(invalid(`${path}.path`, text, "must be an absolute path"));
    return causes;
  }
  if (!text.startsWith("/")) causes.push(invalid(`${path}.path`, text, "must be an absolute path"));
  for (const segment of hiddenSegments)
    if (text.includes(segment)) causes.push(invalid(`${path}.path`, text, `must not contain '${segment}'`));
  for (const end of hiddenEnds)
    if (text.endsWith(end)) causes.push(invalid(`${path}.path`, text, `cannot end with '${end}'`));
  return causes;
}

function validateBackend({ service, resource }: IngressBackend, path: string): Cause[] {
  if (service !== undefined && resource !== undefined)
    return [invalid(path, "", "cannot set both resource and service backends")];
  if (resource !== undefined) return validateResource(resource, `${path}.resource`);
  if (service === undefined) return [invalid(path, "", "resource or service backend is required")];
  const { name, number = 0 } = service.port;
  const causes = validateText(service.name, `${path}.service.name`, dns1035Label);
  if (name !== undefined && number !== 0)
    return [...causes, invalid(path, "", "cannot set both port name & port number")];
  if (name !== undefined) return [...causes, ...validateText(name, `${path}.service.port.name`, portName)];
  if (number !== 0) return [...causes, ...validatePortNumber(number, `${path}.service.port.number`)];
  return [...causes, required(path, "port name or number is required")];
}

type Resource = NonNullable<IngressBackend["resource"]>;

function validateResource({ apiGroup, kind, name }: Resource, path: string): Cause[] {
  return [
    ...(apiGroup === undefined ? [] : validateText(apiGroup, `${path}.apiGroup`, dnsSubdomain)),
    ...validateText(kind, `${path}.kind`, pathSegment),
    ...validateText(name, `${path}.name`, pathSegment),
  ];
}

function validateText(text: string, path: string, rule: TextRule): Cause[] {
  const wrong = rule(text);
  return wrong === undefined ? [] : [invalid(path, text, wrong)];
}
