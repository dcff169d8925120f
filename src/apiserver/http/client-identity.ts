/** Who is at the other end of a TLS connection, as its certificate from the fleet's CA says. */
import type { TLSSocket } from "node:tls";
import type { Identity } from "../../api/exchange.ts";

/** A connection's certificate stays the same, and reading it took a tenth of a request's time. */
const identities = new WeakMap<TLSSocket, Identity>();

const distrusted = new WeakSet<TLSSocket>();

/** The connection's certificate proves nothing, though TLS found nothing wrong with it. */
export function distrust(socket: TLSSocket): void {
  distrusted.add(socket);
}

/**
 * Common name → user, organizations → groups. Undefined without a certificate, with one that the CA has not signed or
 * that is not valid now, and with one whose subject is ambiguous.
 */
export function clientIdentity(socket: TLSSocket): Identity | undefined {
  if (!socket.authorized || distrusted.has(socket)) return undefined;
  const identity = identities.get(socket) ?? certifiedIdentity(socket);
  if (identity !== undefined) identities.set(socket, identity);
  return identity;
}

/** Whether the client showed a certificate at all, good or not. */
export function hasClientCertificate(socket: TLSSocket): boolean {
  // Types say otherwise, but without a certificate the object is empty.
  const { raw }: { raw?: Buffer } = socket.getPeerCertificate();
  return raw !== undefined;
}

function certifiedIdentity(socket: TLSSocket): Identity | undefined {
  const { subject } = socket.getPeerCertificate();
  // Types say otherwise, but a connection may have sent no certificate, and a name may occur twice.
  const user: unknown = subject?.CN;
  const organizations: unknown = subject?.O;
  if (typeof user !== "string" || user === "") return undefined;
  const groups = Array.isArray(organizations) ? organizations : [organizations];
  return { user, groups: [...groups.filter((group) => typeof group === "string"), "system:authenticated"] };
}
