import { createHash, X509Certificate } from "node:crypto";

/** SHA-256 of the certificate's DER as 64 lower-case hex digits, the form a join token carries. */
export function certificateSha256(pem: string): string {
  return derSha256(new X509Certificate(pem).raw);
}

export function derSha256(der: Uint8Array): string {
  return createHash("sha256").update(der).digest("hex");
}
