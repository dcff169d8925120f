import { X509Certificate } from "node:crypto";
import { connect } from "node:tls";
import { messageOf, UsageError } from "../../lib/errors.ts";
import { derSha256 } from "./fingerprint.ts";

const handshakeTimeoutMs = 10_000;

/**
 * The CA that stands behind the server at `host:port`, where its hash is the one that a join token names. Nothing is
 * sent but a handshake, for until then nobody knows who answers. Throws `UsageError` where nobody does, or another
 * fleet. The caller must still verify its own connection against the CA that is returned, in PEM.
 */
export async function authorityOfServer(server: string, caSha256: string): Promise<string> {
  for (const certificate of await presentedChain(server)) {
    if (derSha256(certificate.raw) !== caSha256) continue;
    if (certificate.ca && certificate.verify(certificate.publicKey)) return certificate.toString();
  }
  throw new UsageError(
    `${server} is not of the fleet that the token is for (its CA differs): check the address, or make a token there`,
  );
}

/** The server's certificate and what it sent behind it, verified by nobody yet. */
function presentedChain(server: string): Promise<readonly X509Certificate[]> {
  const separator = server.lastIndexOf(":");
  return new Promise((resolve, reject) => {
    const fail = (reason: string, cause?: unknown) => {
      socket.destroy();
      reject(
        new UsageError(`${server} cannot be reached (${reason}): see that a voter runs there and its port is open`, {
          cause,
        }),
      );
    };
    const socket = connect({
      host: server.slice(0, separator),
      port: Number(server.slice(separator + 1)),
      // The token's hash decides, not this machine's own list of authorities.
      rejectUnauthorized: false,
      timeout: handshakeTimeoutMs,
    });
    socket.once("error", (error) => fail(messageOf(error), error));
    socket.once("timeout", () => fail("no answer in time"));
    socket.once("secureConnect", () => {
      const chain: X509Certificate[] = [];
      let certificate = socket.getPeerX509Certificate();
      while (certificate !== undefined && chain.length < 5) {
        chain.push(certificate);
        certificate = certificate.issuerCertificate;
      }
      socket.destroy();
      resolve(chain.map(({ raw }) => new X509Certificate(raw)));
    });
  });
}
