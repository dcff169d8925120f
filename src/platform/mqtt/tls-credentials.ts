import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContext } from "node:tls";

/** What a board proves itself with and whom it believes; replaced as a whole when a certificate is renewed. */
export interface TlsCredentials {
  readonly caPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
}

/**
 * Throws where a part is missing, or the key is another certificate's. To be asked before they are used: TLS takes an
 * empty CA for all the world's authorities, and an empty certificate for none.
 */
export function requireUsable({ caPem, certificatePem, keyPem }: TlsCredentials): void {
  // Each throws for what it cannot read.
  new X509Certificate(caPem);
  if (new X509Certificate(certificatePem).checkPrivateKey(createPrivateKey(keyPem))) return;
  throw new Error("the private key is not the certificate's");
}

const contexts = new WeakMap<TlsCredentials, SecureContext>();

/** One context for all connections with the same credentials: each would otherwise hold its own parsed copy. */
export function secureContextOf(credentials: TlsCredentials): SecureContext {
  const known = contexts.get(credentials);
  if (known !== undefined) return known;
  const context = createSecureContext({
    ca: credentials.caPem,
    cert: credentials.certificatePem,
    key: credentials.keyPem,
    minVersion: "TLSv1.3",
  });
  contexts.set(credentials, context);
  return context;
}
