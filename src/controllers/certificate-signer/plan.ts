/** What becomes of a request for a person's certificate: signed once it is approved, and forgotten after a while. */
import type { CertificateSigningRequest } from "../../api/kinds/certificates/certificate-signing-request.ts";
import { parseTime } from "../../api/meta/time.ts";

export type SigningStep =
  | { readonly step: "sign" }
  /** It can never be signed. */
  | { readonly step: "fail"; readonly reason: string; readonly message: string }
  | { readonly step: "remove" }
  /** Nothing to do until then. */
  | { readonly step: "wait"; readonly delayMs: number };

export const clientSigner = "kubernetes.io/kube-apiserver-client";

const hourMs = 60 * 60 * 1000;
const decidedMsMax = hourMs;
const pendingMsMax = 24 * hourMs;
const requiredUsage = "client auth";
const allowedUsages = new Set([requiredUsage, "digital signature", "key encipherment"]);

/** Pure. Requests of other signers are nobody's here but to be forgotten. */
export function planSigning(request: CertificateSigningRequest, nowMs: number): SigningStep {
  const { conditions = [], certificate } = request.status;
  const types = new Set(conditions.map(({ type }) => type));
  const isApproved = types.has("Approved") && !types.has("Denied") && !types.has("Failed");
  if (isApproved && certificate === undefined && request.spec.signerName === clientSigner) return signable(request);
  const ageMsMax = types.size === 0 ? pendingMsMax : decidedMsMax;
  // One that was approved for somebody else to sign is his to finish.
  const isOpen = isApproved && certificate === undefined;
  const leftMs = lastChangeMs(request, nowMs) + (isOpen ? pendingMsMax : ageMsMax) - nowMs;
  return leftMs <= 0 ? { step: "remove" } : { step: "wait", delayMs: leftMs };
}

function signable({ spec: { usages = [] } }: CertificateSigningRequest): SigningStep {
  const odd = usages.filter((usage) => !allowedUsages.has(usage));
  if (usages.includes(requiredUsage) && odd.length === 0) return { step: "sign" };
  return {
    step: "fail",
    reason: "SignerValidationFailure",
    message: `a client's certificate is for ${[...allowedUsages].map((usage) => `"${usage}"`).join(", ")} alone, and for "${requiredUsage}" in any case`,
  };
}

function lastChangeMs({ metadata, status: { conditions = [] } }: CertificateSigningRequest, nowMs: number): number {
  const times = [metadata.creationTimestamp, ...conditions.map(({ lastUpdateTime }) => lastUpdateTime)];
  const known = times.flatMap((time) => (typeof time === "string" ? [parseTime(time) ?? 0] : []));
  return known.length === 0 ? nowMs : Math.max(...known);
}
