import { expect, it } from "vitest";
import {
  type CertificateSigningRequest,
  certificateSigningRequestResource,
} from "../../api/kinds/certificates/certificate-signing-request.ts";
import { clientSigner, planSigning } from "./plan.ts";

const created = "2026-01-01T00:00:00Z";
const hourMs = 60 * 60 * 1000;
const at = (hours: number) => Date.parse(created) + hours * hourMs;

function request(spec: object, status: object): CertificateSigningRequest {
  return certificateSigningRequestResource.schema.parse({
    apiVersion: "certificates.k8s.io/v1",
    kind: "CertificateSigningRequest",
    metadata: { name: "jane", creationTimestamp: created },
    spec: { request: "LS0t", signerName: clientSigner, usages: ["client auth"], ...spec },
    status,
  });
}

const condition = (type: string) => ({ type, status: "True", lastUpdateTime: created });
const approved = { conditions: [condition("Approved")] };

it.each<[string, object, object, number, string]>([
  ["waits for a decision", {}, {}, 1, "wait"],
  ["is forgotten when nobody decides", {}, {}, 25, "remove"],
  ["is signed once approved", {}, approved, 1, "sign"],
  ["is signed for what clients need", { usages: ["digital signature", "client auth"] }, approved, 1, "sign"],
  ["fails for a server's certificate", { usages: ["client auth", "server auth"] }, approved, 1, "fail"],
  ["fails for no client's certificate", { usages: ["digital signature"] }, approved, 1, "fail"],
  ["is left to another signer", { signerName: "example.com/x" }, approved, 2, "wait"],
  ["is not signed when denied", {}, { conditions: [condition("Denied")] }, 0.5, "wait"],
  ["is forgotten when denied", {}, { conditions: [condition("Denied")] }, 2, "remove"],
  ["is not tried again once failed", {}, { conditions: [condition("Approved"), condition("Failed")] }, 0.5, "wait"],
  ["is kept for its certificate to be fetched", {}, { ...approved, certificate: "LS0t" }, 0.5, "wait"],
  ["is forgotten once that had time to be fetched", {}, { ...approved, certificate: "LS0t" }, 2, "remove"],
])("a request %s", (_, spec, status, hours, step) => {
  expect(planSigning(request(spec, status), at(hours)).step).toBe(step);
});
