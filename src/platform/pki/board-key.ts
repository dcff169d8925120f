/** A board's own key, made on the board and never sent, and the request that asks the fleet to certify it. */
import { createPrivateKey, createPublicKey, type webcrypto, X509Certificate } from "node:crypto";
import { nodesGroup, nodeUser } from "./certificate-names.ts";
import { keyAlgorithm, loadX509, signingAlgorithm, type X509 } from "./x509.ts";

export interface KeyAndCsr {
  /** PKCS #8. */
  readonly keyPem: string;
  /** PKCS #10, signed by the key. */
  readonly csrPem: string;
}

export async function createKeyAndCsr(node: string): Promise<KeyAndCsr> {
  const x509 = await loadX509();
  const keys = await crypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"]);
  return { keyPem: await exportKeyPem(x509.PemConverter, keys.privateKey), csrPem: await requestFor(x509, node, keys) };
}

/** A request for the key that a board has already, PKCS #10. */
export async function csrOfKey(node: string, keyPem: string): Promise<string> {
  const privateKey = createPrivateKey(keyPem).toCryptoKey(keyAlgorithm, false, ["sign"]);
  const publicKey = createPublicKey(keyPem).toCryptoKey(keyAlgorithm, true, ["verify"]);
  return requestFor(await loadX509(), node, { privateKey, publicKey });
}

/** Whether the CA has signed the certificate, and for this key. */
export function isCertificateOf(
  certificatePem: string,
  { caPem, keyPem }: { readonly caPem: string; readonly keyPem: string },
): boolean {
  const certificate = new X509Certificate(certificatePem);
  const signed = certificate.verify(new X509Certificate(caPem).publicKey);
  return signed && certificate.checkPrivateKey(createPrivateKey(keyPem));
}

async function requestFor(x509: X509, node: string, keys: webcrypto.CryptoKeyPair): Promise<string> {
  const csr = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [nodeUser(node)] }, { O: [nodesGroup] }],
    keys,
    signingAlgorithm,
  });
  return csr.toString("pem");
}

interface PemEncoder {
  encode(der: ArrayBuffer, label: string): string;
}

export async function exportKeyPem(pem: PemEncoder, key: webcrypto.CryptoKey): Promise<string> {
  return pem.encode(await crypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY");
}
