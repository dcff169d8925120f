/** Whose certificate it is, judged apart from TLS: for the one request that may be made with one that has ended. */
import { X509Certificate } from "node:crypto";
import type { VoterId } from "../../replication/ports.ts";

export interface CertifiedBoard {
  readonly node: string;
  /** Which voter it was certified as, where it was one. */
  readonly voterId?: VoterId;
  readonly certificate: X509Certificate;
}

const clientAuthentication = "1.3.6.1.5.5.7.3.2";
const boardPattern = /^CN=system:node:([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)$/;
const voterPattern = /^URI:bramble:\/\/[a-z0-9-]+\/voter\/([a-z0-9-]+)\.([0-9a-f]{8})$/;

/**
 * The board that the CA has certified, whether the certificate has ended or not; undefined for any other certificate.
 * The CA signs every certificate itself, so its one signature is the whole chain. That the peer holds the key, the
 * handshake has shown.
 */
export function certifiedBoard(der: Uint8Array, caPem: string): CertifiedBoard | undefined {
  const certificate = new X509Certificate(der);
  const authority = new X509Certificate(caPem);
  if (certificate.ca || !certificate.checkIssued(authority) || !certificate.verify(authority.publicKey))
    return undefined;
  if (!certificate.keyUsage?.includes(clientAuthentication)) return undefined;
  const names = certificate.subject.split("\n");
  const commonNames = names.filter((name) => name.startsWith("CN="));
  const node = boardPattern.exec(commonNames[0] ?? "")?.[1];
  if (node === undefined || commonNames.length !== 1 || !names.includes("O=system:nodes")) return undefined;
  const uris = (certificate.subjectAltName ?? "").split(", ").filter((name) => name.startsWith("URI:"));
  const [, voterNode, suffix] = voterPattern.exec(uris[0] ?? "") ?? [];
  const isVoter = uris.length === 1 && voterNode === node && names.includes("O=bramble:voters");
  return { node, certificate, ...(isVoter && { voterId: `${node}.${suffix}` as VoterId }) };
}
