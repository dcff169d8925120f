/**
 * `@peculiar/x509`, loaded when something is signed or asked to be signed and never before: it costs 12 MB of resident
 * memory, and a running board only verifies certificates, which Node does by itself.
 */
export async function loadX509() {
  // The package's dependency injection reads decorator metadata through this polyfill, which must be there first.
  await import("reflect-metadata");
  // CommonJS: a bundle has its exports under `default` only.
  return (await import("@peculiar/x509")).default;
}

export type X509 = Awaited<ReturnType<typeof loadX509>>;

export const keyAlgorithm = { name: "ECDSA", namedCurve: "P-256" } as const;
export const signingAlgorithm = { name: "ECDSA", hash: "SHA-256" } as const;
