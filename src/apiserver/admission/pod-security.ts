/**
 * Pod Security levels by namespace label: pods that violate the enforced level are refused. Those that violate the
 * warned-of level, and workloads that would make such pods, are answered with a warning; the audit log is told of those
 * that violate the audited level.
 */
import { ApiError } from "../../api/api-error.ts";
import { namespaceResource } from "../../api/kinds/namespace.ts";
import { podResource } from "../../api/kinds/pod.ts";
import { podTemplateSpecSchema } from "../../api/kinds/pod-template.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { isPlainObject } from "../../api/meta/schema.ts";
import type { JudgedPod } from "../../api/pod-security/check.ts";
import {
  type PodSecurityPolicy,
  podSecurityViolations,
  policyText,
  violationsText,
} from "../../api/pod-security/evaluate.ts";
import { type PodSecurityMode, podSecurityLabelCauses, policyOf } from "../../api/pod-security/namespace-policies.ts";
import { sameJson } from "../../lib/same-json.ts";
import { objectKey } from "../storage/object-key.ts";
import { isNamespace, isPod } from "../verbs/kind-guards.ts";
import type { AdmissionContext, AdmissionRequest, ValidatingStep } from "./admission.ts";
import { lookUpAll } from "./look-up.ts";

type Judged = AdmissionRequest & { readonly object?: ApiObject | undefined };

export const podSecurity: ValidatingStep = async (context, request) => {
  const { operation, subresource, object } = request;
  if (object === undefined || (operation !== "CREATE" && operation !== "UPDATE")) return undefined;
  if (isNamespace(object) && subresource === undefined) await judgeNamespace(context, request, object);
  else if (isPod(object)) await judgePod(context, request, object);
  else if (subresource === undefined) await judgeTemplate(context, request, object);
  return undefined;
};

async function judgePod(context: AdmissionContext, request: Judged, pod: JudgedPod & ApiObject): Promise<void> {
  const { operation, subresource, resource, name, oldObject, note } = request;
  if (subresource !== undefined && subresource !== "ephemeralcontainers") return;
  if (operation === "UPDATE" && oldObject !== undefined && isPod(oldObject) && sameJson(oldObject.spec, pod.spec))
    return;
  const policy = await policiesOf(context, request);
  const level = policy("enforce");
  note("pod-security.kubernetes.io/enforce-policy", policyText(level));
  audit(request, pod, policy("audit"));
  const enforced = findings(pod, level);
  if (enforced !== undefined) throw ApiError.forbidden(resource, name, `violates PodSecurity ${enforced}`);
  warn(request, pod, policy("warn"));
}

function warn(request: Judged, pod: JudgedPod, policy: PodSecurityPolicy): void {
  const found = findings(pod, policy);
  if (found !== undefined) request.warn(`would violate PodSecurity ${found}`);
}

function audit(request: Judged, pod: JudgedPod, policy: PodSecurityPolicy): void {
  const found = findings(pod, policy);
  if (found === undefined) return;
  request.note("pod-security.kubernetes.io/audit-violations", `would violate PodSecurity ${found}`);
}

/** Nothing that makes pods is refused: the pods themselves are. */
async function judgeTemplate(context: AdmissionContext, request: Judged, object: ApiObject): Promise<void> {
  const template = templateOf(object);
  if (template === undefined) return;
  const policy = await policiesOf(context, request);
  if (policy("warn").level === "privileged" && policy("audit").level === "privileged") return;
  const parsed = podTemplateSpecSchema.safeParse(template);
  if (!parsed.success) return;
  audit(request, parsed.data, policy("audit"));
  warn(request, parsed.data, policy("warn"));
}

/** Where the workload kinds have it, and jobs that are made on a schedule. */
function templateOf(object: object): unknown {
  const spec = memberOf(object, "spec");
  return (
    memberOf(spec, "template") ??
    memberOf(memberOf(memberOf(spec, "jobTemplate"), "spec"), "template") ??
    memberOf(object, "template")
  );
}

function memberOf(value: unknown, name: string): unknown {
  return isPlainObject(value) ? value[name] : undefined;
}

/** `"restricted:latest": privileged (…)` */
function findings(pod: JudgedPod, policy: PodSecurityPolicy): string | undefined {
  const found = podSecurityViolations(pod, policy);
  return found.length === 0 ? undefined : `"${policyText(policy)}": ${violationsText(found)}`;
}

async function policiesOf({ fleet }: AdmissionContext, { namespace = "" }: Judged) {
  const found = await fleet.get(objectKey(namespaceResource, { name: namespace }));
  const labels = found?.object.metadata.labels;
  return (mode: PodSecurityMode) => policyOf(labels, mode);
}

/** Labels must be readable; whoever tightens a level hears of the pods that would no longer be let in. */
async function judgeNamespace(context: AdmissionContext, request: Judged, namespace: ApiObject): Promise<void> {
  const { labels, name } = namespace.metadata;
  const before = request.oldObject?.metadata.labels;
  const causes = sameJson(labels, before) ? [] : podSecurityLabelCauses(labels);
  if (causes.length > 0) throw ApiError.invalid(request.resource, name, causes);
  const policy = policyOf(labels, "enforce");
  if (request.oldObject === undefined || sameJson(policy, policyOf(before, "enforce"))) return;
  const byReasons = new Map<string, string[]>();
  for (const { object } of await lookUpAll(context.fleet, podResource, name)) {
    if (!isPod(object)) continue;
    const reasons = podSecurityViolations(object, policy).map(({ reason }) => reason);
    if (reasons.length === 0) continue;
    const key = reasons.join(", ");
    byReasons.set(key, [...(byReasons.get(key) ?? []), object.metadata.name]);
  }
  if (byReasons.size === 0) return;
  request.warn(
    `existing pods in namespace "${name}" violate the new PodSecurity enforce level "${policyText(policy)}"`,
  );
  for (const [reasons, [first, ...others]] of byReasons) {
    const more = others.length === 0 ? "" : ` (and ${others.length} other ${others.length === 1 ? "pod" : "pods"})`;
    request.warn(`${first}${more}: ${reasons}`);
  }
}
