/** What is wrong with a NetworkPolicy. */
import { contains, parsePrefix } from "../../../lib/ipv4.ts";
import { type Cause, forbidden, invalid, required } from "../../validation/cause.ts";
import { validateLabelSelector } from "../../validation/label-selector.ts";
import { portName } from "../../validation/names.ts";
import { validateCidr, validatePortNumber } from "../../validation/network.ts";
import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort } from "./network-policy.ts";

export function validateNetworkPolicy({ spec }: NetworkPolicy): Cause[] {
  const causes = validateLabelSelector(spec.podSelector, "spec.podSelector");
  for (const [index, { ports, from }] of (spec.ingress ?? []).entries()) {
    const path = `spec.ingress[${index}]`;
    causes.push(...validatePorts(ports, path), ...validatePeers(from, `${path}.from`));
  }
  for (const [index, { ports, to }] of (spec.egress ?? []).entries()) {
    const path = `spec.egress[${index}]`;
    causes.push(...validatePorts(ports, path), ...validatePeers(to, `${path}.to`));
  }
  const { policyTypes = [] } = spec;
  if (policyTypes.length > 2)
    causes.push(invalid("spec.policyTypes", policyTypes, "may not specify more than two policyTypes"));
  return causes;
}

function validatePorts(ports: readonly NetworkPolicyPort[] | undefined, path: string): Cause[] {
  return (ports ?? []).flatMap((port, index) => validatePort(port, `${path}.ports[${index}]`));
}

function validatePort({ port, endPort }: NetworkPolicyPort, path: string): Cause[] {
  const causes: Cause[] = [];
  if (typeof port === "number") causes.push(...validatePortNumber(port, `${path}.port`));
  if (typeof port === "string") {
    const wrong = portName(port);
    if (wrong !== undefined) causes.push(invalid(`${path}.port`, port, wrong));
  }
  if (endPort === undefined) return causes;
  if (port === undefined) return [...causes, required(`${path}.port`, "must be specified when `endPort` is specified")];
  if (typeof port === "string")
    return [...causes, invalid(`${path}.endPort`, endPort, "may not be specified when `port` is non-numeric")];
  if (endPort < port) causes.push(invalid(`${path}.endPort`, endPort, "must be greater than or equal to `port`"));
  return [...causes, ...validatePortNumber(endPort, `${path}.endPort`)];
}

function validatePeers(peers: readonly NetworkPolicyPeer[] | undefined, path: string): Cause[] {
  return (peers ?? []).flatMap((peer, index) => validatePeer(peer, `${path}[${index}]`));
}

function validatePeer({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer, path: string): Cause[] {
  const causes = [
    ...validateLabelSelector(podSelector, `${path}.podSelector`),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
  ];
  const selects = podSelector !== undefined || namespaceSelector !== undefined;
  if (!selects && ipBlock === undefined) causes.push(required(path, "must specify a peer"));
  if (selects && ipBlock !== undefined) causes.push(forbidden(path, "may not specify both ipBlock and another peer"));
  if (ipBlock === undefined) return causes;
  causes.push(...validateCidr(ipBlock.cidr, `${path}.ipBlock.cidr`));
  for (const [index, range] of (ipBlock.except ?? []).entries()) {
    const at = `${path}.ipBlock.except[${index}]`;
    const wrong = validateCidr(range, at);
    if (wrong.length === 0 && !isWithin(range, ipBlock.cidr))
      wrong.push(invalid(at, range, "must be a strict subset of `cidr`"));
    causes.push(...wrong);
  }
  return causes;
}

/** Of the pod network's family; ranges of the other one are never met there. */
function isWithin(range: string, block: string): boolean {
  const inner = parsePrefix(range);
  const outer = parsePrefix(block);
  return inner === undefined || outer === undefined || (contains(outer, inner) && inner.bits > outer.bits);
}
