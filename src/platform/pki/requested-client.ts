/** Whom a certificate request of a person or a program names, and what the fleet keeps for itself. */
import type { webcrypto } from "node:crypto";
import { TerminalError } from "../../lib/errors.ts";
import { isFleetSubject, type Subject } from "./certificate-names.ts";
import type { X509 } from "./x509.ts";

const rsaBitsMin = 2048;

export interface RequestedClient {
  readonly publicKey: webcrypto.CryptoKey;
  readonly subject: Subject;
}

/** Keys of people come from tools of theirs, so RSA will do. Throws `TerminalError`. */
export async function requestedClient(x509: X509, csrPem: string): Promise<RequestedClient> {
  const { publicKey, commonNames, organizations } = await readRequest(x509, csrPem);
  const [commonName] = commonNames;
  if (commonName === undefined || commonName === "" || commonNames.length !== 1) {
    throw new TerminalError("the certificate request must name one user, as its common name (CN)");
  }
  const subject = { commonName, organizations };
  if (isFleetSubject(subject)) {
    throw new TerminalError(
      `the certificate request is for "${commonName}" in "${organizations.join('", "')}", which the fleet certifies by itself alone: ask for another user and other groups`,
    );
  }
  return { publicKey, subject };
}

async function readRequest(x509: X509, csrPem: string) {
  let request: InstanceType<X509["Pkcs10CertificateRequest"]>;
  let publicKey: webcrypto.CryptoKey;
  let isOwn: boolean;
  try {
    request = new x509.Pkcs10CertificateRequest(csrPem);
    publicKey = await request.publicKey.export();
    isOwn = await request.verify();
  } catch (cause) {
    throw new TerminalError("the certificate request is not a PKCS #10 request for an RSA or elliptic curve key", {
      cause,
    });
  }
  if (!isOwn) throw new TerminalError("the certificate request is not signed by its own key");
  if (bitsOf(publicKey) < rsaBitsMin) throw new TerminalError(`an RSA key must have ${rsaBitsMin} bits at least`);
  const { subjectName } = request;
  return { publicKey, commonNames: subjectName.getField("CN"), organizations: subjectName.getField("O") };
}

/** Infinite for a curve, whose strength is in its name. */
function bitsOf({ algorithm }: webcrypto.CryptoKey): number {
  return "modulusLength" in algorithm && typeof algorithm.modulusLength === "number"
    ? algorithm.modulusLength
    : Number.POSITIVE_INFINITY;
}
