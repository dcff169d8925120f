/** Which labels a board may give itself, and which not, since they draw pods to it. */
import { labelKey, labelValue } from "./validation/names.ts";

/** Labels of Kubernetes' own domains that say what the board is, and so are the board's to say. */
const ownLabels = new Set([
  "beta.kubernetes.io/arch",
  "beta.kubernetes.io/instance-type",
  "beta.kubernetes.io/os",
  "failure-domain.beta.kubernetes.io/region",
  "failure-domain.beta.kubernetes.io/zone",
  "failure-domain.kubernetes.io/region",
  "failure-domain.kubernetes.io/zone",
  "kubernetes.io/arch",
  "kubernetes.io/hostname",
  "kubernetes.io/os",
  "node.kubernetes.io/instance-type",
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
]);
const ownDomains = ["kubelet.kubernetes.io", "node.kubernetes.io"];
const protectedDomains = ["kubernetes.io", "k8s.io"];

/** Whether `label` is of a domain of Kubernetes that others rely on, and none of those that say what a board is. */
export function isProtectedLabel(label: string): boolean {
  if (ownLabels.has(label)) return false;
  const [domain = "", name] = label.split("/");
  if (name === undefined || ownDomains.some((own) => isWithin(domain, own))) return false;
  return protectedDomains.some((protectedDomain) => isWithin(domain, protectedDomain));
}

function isWithin(domain: string, parent: string): boolean {
  return domain === parent || domain.endsWith(`.${parent}`);
}

/** What is wrong with a label that a board is to begin with; undefined where nothing is. */
export function boardLabelMistake(key: string, value: string): string | undefined {
  const wrong = labelKey(key) ?? labelValue(value);
  if (wrong !== undefined) return wrong;
  return isProtectedLabel(key) ? "a board may not give itself this one; `bramble label` can" : undefined;
}
