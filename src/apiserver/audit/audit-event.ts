/** What one request leaves in the audit log: Kubernetes' own form (audit.k8s.io/v1), so that its readers can read it. */
import type { Identity } from "../../api/exchange.ts";
import { isPlainObject } from "../../api/meta/schema.ts";
import type { Decision } from "../authorization/authorizer.ts";
import type { RequestAttributes, ResourceAttributes } from "../authorization/request-attributes.ts";

/** Who, what and how it ended; `Request` also keeps what was submitted. */
export type AuditLevel = "Metadata" | "Request";
export type AuditStage = "RequestReceived" | "ResponseComplete";

/** All that is known of a request, which may be little of one that was refused at the door. */
export interface AuditFacts {
  readonly auditId: string;
  readonly requestUri: string;
  readonly userAgent: string | undefined;
  readonly sourceIp: string | undefined;
  readonly receivedMs: number;
  readonly attributes?: RequestAttributes;
  /** By his credential. */
  readonly asker?: Identity;
  /** As whom he would act, where that is somebody else. */
  readonly target?: Identity;
  readonly decision?: Decision;
  readonly submitted?: unknown;
  /** Annotations besides those of the decision. */
  readonly notes?: Readonly<Record<string, string>>;
  /** HTTP status; absent where the client left before there was one. */
  readonly code?: number;
}

const submittedLengthMax = 64 * 1024;

/** One JSON object, as the log's line. Pure. */
export function auditEvent(facts: AuditFacts, level: AuditLevel, stage: AuditStage, nowMs: number): object {
  const { attributes, asker, target, decision, code } = facts;
  const submitted = level === "Request" ? submission(facts) : {};
  return {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level,
    auditID: facts.auditId,
    stage,
    requestURI: facts.requestUri,
    verb: attributes?.verb ?? "",
    user: asker === undefined ? {} : userInfo(asker),
    ...(target !== undefined && { impersonatedUser: userInfo(target) }),
    ...(facts.sourceIp !== undefined && { sourceIPs: [facts.sourceIp] }),
    ...(facts.userAgent !== undefined && { userAgent: facts.userAgent }),
    ...(attributes?.type === "resource" && { objectRef: objectRef(attributes, facts.submitted) }),
    ...(code !== undefined && stage === "ResponseComplete" && { responseStatus: { metadata: {}, code } }),
    ...submitted.object,
    requestReceivedTimestamp: microTime(facts.receivedMs),
    stageTimestamp: microTime(nowMs),
    annotations: { ...decisionNotes(decision), ...submitted.notes, ...facts.notes },
  };
}

/** What was submitted, unless it is a secret in itself or more than a log should hold. */
function submission({ attributes, submitted }: AuditFacts): { readonly object?: object; readonly notes?: object } {
  if (submitted === undefined || attributes?.type !== "resource" || isConfidential(attributes)) return {};
  const isTooLong = JSON.stringify(submitted).length > submittedLengthMax;
  return isTooLong ? { notes: { "audit.k8s.io/truncated": "true" } } : { object: { requestObject: submitted } };
}

/** Kinds whose bodies are Secrets or tokens: they are in no log, whatever its level. */
function isConfidential({ group, resource, subresource }: ResourceAttributes): boolean {
  if (group === "authentication.k8s.io") return true;
  return group === "" && (resource === "secrets" || (resource === "serviceaccounts" && subresource === "token"));
}

function userInfo({ user, groups, uid, extra }: Identity): object {
  return { username: user, ...(uid !== undefined && { uid }), groups, ...(extra !== undefined && { extra }) };
}

/** Who creates an object names it in the body. */
function objectRef(attributes: ResourceAttributes, submitted: unknown): object {
  const { group, version, resource, subresource, namespace } = attributes;
  const metadata = isPlainObject(submitted) && isPlainObject(submitted["metadata"]) ? submitted["metadata"] : {};
  const name = attributes.name === "" ? metadata["name"] : attributes.name;
  return {
    resource,
    ...(namespace !== "" && { namespace }),
    ...(typeof name === "string" && name !== "" && { name }),
    ...(group !== "" && { apiGroup: group }),
    apiVersion: version,
    ...(subresource !== "" && { subresource }),
  };
}

function decisionNotes(decision: Decision | undefined): object {
  if (decision === undefined) return {};
  return {
    "authorization.k8s.io/decision": decision.type === "allowed" ? "allow" : "forbid",
    "authorization.k8s.io/reason": decision.reason,
  };
}

/** `2026-01-02T03:04:05.678000Z` */
function microTime(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000Z");
}
