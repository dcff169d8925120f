import { createSecureContext, type SecureContext } from "node:tls";

/** What a board proves itself with and whom it believes; replaced as a whole when a certificate is renewed. */
export interface TlsCredentials {
  readonly caPem: string;
  readonly certificatePem: string;
  readonly keyPem: string;
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
