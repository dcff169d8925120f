/**
 * Whether a request names this voter as a browser's address bar would.
 *
 * A page of another site can give its own name this voter's address (DNS rebinding), and would then pass for a page of the
 * voter's. It cannot do so with a literal address, nor with a name that the voter's certificate answers to.
 */
import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";

export interface OwnNames {
  /** The voter's certificate, first in a chain. */
  readonly certPem: string;
  /** What else it is called, as by a proxy in front of it. */
  readonly serverNames?: readonly string[];
}

/** Takes the text of a Host header: a name or an address, with or without a port. */
export function ownHost({ certPem, serverNames = [] }: OwnNames): (host: string) => boolean {
  const certificate = new X509Certificate(certPem);
  const names = new Set(serverNames.map((name) => name.toLowerCase()));
  return (host) => {
    const name = nameOf(host);
    if (name === undefined) return false;
    if (isIP(name) !== 0) return true;
    return names.has(name) || certificate.checkHost(stripDomain(name)) !== undefined;
  };
}

/** Multicast DNS answers for a board's own name on its own network only. */
function stripDomain(name: string): string {
  return name.endsWith(".local") && name.indexOf(".") === name.length - ".local".length ? name.slice(0, -6) : name;
}

function nameOf(host: string): string | undefined {
  const [, address, name] = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9.-]+))(?::\d{1,5})?$/.exec(host.toLowerCase()) ?? [];
  return address ?? name;
}
