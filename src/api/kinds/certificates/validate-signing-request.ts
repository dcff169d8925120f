/** What is wrong with a request for a certificate; it stays what it was when somebody approved it. */
import { sameJson } from "../../../lib/same-json.ts";
import { base64OfText, isBase64 } from "../../meta/base64.ts";
import { type Cause, duplicate, invalid, notSupported, required } from "../../validation/cause.ts";
import { dnsSubdomain } from "../../validation/names.ts";
import { immutable } from "../../validation/object-meta.ts";
import type { CertificateSigningRequest } from "./certificate-signing-request.ts";

const secondsMin = 600;
const usages = [
  "any",
  "cert sign",
  "client auth",
  "code signing",
  "content commitment",
  "crl sign",
  "data encipherment",
  "decipher only",
  "digital signature",
  "email protection",
  "encipher only",
  "ipsec end system",
  "ipsec tunnel",
  "ipsec user",
  "key agreement",
  "key encipherment",
  "microsoft sgc",
  "netscape sgc",
  "ocsp signing",
  "s/mime",
  "server auth",
  "signing",
  "timestamping",
];
/** As many bytes as become whole letters of base64. */
const heading = base64OfText("-----BEGIN CERTIFICATE REQUEST-----".slice(0, 33));

export function validateSigningRequest({ spec, status }: CertificateSigningRequest): Cause[] {
  const causes: Cause[] = [];
  if (spec.request === "") causes.push(required("spec.request"));
  else if (!isBase64(spec.request) || !spec.request.startsWith(heading))
    causes.push(invalid("spec.request", "…", "PEM block type must be CERTIFICATE REQUEST"));
  causes.push(...validateSigner(spec.signerName));
  const { expirationSeconds } = spec;
  if (expirationSeconds !== undefined && expirationSeconds < secondsMin)
    causes.push(
      invalid(
        "spec.expirationSeconds",
        expirationSeconds,
        `may not specify a duration less than ${secondsMin} seconds`,
      ),
    );
  if ((spec.usages ?? []).length === 0) causes.push(required("spec.usages"));
  for (const [index, usage] of (spec.usages ?? []).entries()) {
    if (!usages.includes(usage)) causes.push(notSupported(`spec.usages[${index}]`, usage, usages));
    if (spec.usages?.indexOf(usage) !== index) causes.push(duplicate(`spec.usages[${index}]`, usage));
  }
  return [...causes, ...validateConditions(status)];
}

/** `example.com/serving`: a domain and a path. */
function validateSigner(name: string): Cause[] {
  const slash = name.indexOf("/");
  const domain = name.slice(0, slash);
  const isQualified =
    slash > 0 && slash < name.length - 1 && domain.includes(".") && dnsSubdomain(domain) === undefined;
  if (isQualified && name.length <= 571) return [];
  return [
    invalid("spec.signerName", name, 'must be a fully qualified domain and path of the form "example.com/signer-name"'),
  ];
}

function validateConditions({ conditions = [] }: CertificateSigningRequest["status"]): Cause[] {
  const types = conditions.map(({ type }) => type);
  const causes: Cause[] = [];
  for (const [index, { type, status }] of conditions.entries()) {
    const path = `status.conditions[${index}]`;
    const isDecision = type === "Approved" || type === "Denied" || type === "Failed";
    if (isDecision && status !== "True") causes.push(notSupported(`${path}.status`, status, ["True"]));
    if (types.indexOf(type) < index) causes.push(duplicate(`${path}.type`, type));
  }
  if (types.includes("Approved") && types.includes("Denied"))
    causes.push(invalid("status.conditions", types, "Approved and Denied conditions are mutually exclusive"));
  return causes;
}

export function validateSigningRequestUpdate(
  next: CertificateSigningRequest,
  current: CertificateSigningRequest,
): Cause[] {
  const causes = immutable("spec", next.spec, current.spec);
  const { certificate } = current.status;
  if (certificate !== undefined && !sameJson(next.status.certificate, certificate))
    causes.push(invalid("status.certificate", "…", "updates may not remove or change the certificate"));
  for (const type of ["Approved", "Denied"])
    if (has(current, type) && !has(next, type))
      causes.push(invalid("status.conditions", [type], `updates may not remove a condition of type "${type}"`));
  return causes;
}

function has({ status }: CertificateSigningRequest, type: string): boolean {
  return status.conditions?.some((condition) => condition.type === type) === true;
}
