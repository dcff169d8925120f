/** The fleet's own certificate authority: made at `init`, it alone says which board is which. */
import { createPrivateKey, randomBytes, type webcrypto, X509Certificate } from "node:crypto";
import { TerminalError } from "../../lib/errors.ts";
import { exportKeyPem } from "./board-key.ts";
import {
  type AlternativeName,
  administratorSubject,
  type BoardNames,
  boardAlternativeNames,
  boardSubject,
  type Subject,
} from "./certificate-names.ts";
import { requestedClient } from "./requested-client.ts";
import { authorityDays, boardDays, type Validity, validityFrom } from "./validity.ts";
import { keyAlgorithm, loadX509, signingAlgorithm, type X509 } from "./x509.ts";

const daySeconds = 24 * 60 * 60;

export interface AuthorityPems {
  readonly caPem: string;
  readonly caKeyPem: string;
}

export interface SignBoardRequest extends BoardNames {
  readonly csrPem: string;
}

export interface SignClientRequest {
  readonly csrPem: string;
  /** A year at most, and by default. */
  readonly lifetimeSeconds?: number | undefined;
}

export interface FleetAuthority {
  readonly caPem: string;
  /**
   * Certifies the request's key for the given board; the names the request asks for are ignored.
   * Throws `TerminalError` when it is not a request, not signed by its own key, or its key not on P-256.
   */
  signBoard(request: SignBoardRequest): Promise<string>;
  /**
   * Certifies a person or a program, as a client alone, under the name and groups that the request asks for.
   * Throws `TerminalError` when it is not a request, not signed by its own key, or asks for what is the fleet's own.
   */
  signClient(request: SignClientRequest): Promise<string>;
  /** A key and certificate that may do everything (`system:masters`). */
  signAdmin(): Promise<{ readonly keyPem: string; readonly certificatePem: string }>;
}

/** Makes a new self-signed authority, valid for 20 years: a fleet is replaced before its root is. */
export async function createFleetAuthority(fleet: string, nowMs = Date.now()): Promise<AuthorityPems> {
  const x509 = await loadX509();
  const keys = await crypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"]);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [`bramble ${fleet}`] }],
    keys,
    signingAlgorithm,
    serialNumber: newSerial(),
    ...validityFrom(nowMs, authorityDays),
    extensions: [
      // No intermediates: whoever steals a board's key must not be able to make more boards of it.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { caPem: certificate.toString("pem"), caKeyPem: await exportKeyPem(x509.PemConverter, keys.privateKey) };
}

/** Throws `TerminalError` when the key is not the certificate's. `lifeDays`: of boards' certificates. */
export function openFleetAuthority(
  { caPem, caKeyPem }: AuthorityPems,
  nowMs: () => number = Date.now,
  lifeDays = boardDays,
): FleetAuthority {
  const caKey = createPrivateKey(caKeyPem);
  if (!new X509Certificate(caPem).checkPrivateKey(caKey)) {
    throw new TerminalError("the fleet's CA key does not belong to its certificate: restore both from one backup");
  }

  const sign = async (
    x509: X509,
    publicKey: webcrypto.CryptoKey,
    subject: Subject,
    names: readonly AlternativeName[],
    { usages, days } = boardTerms(x509, lifeDays),
  ) => {
    const ca = new x509.X509Certificate(caPem);
    const certificate = await x509.X509CertificateGenerator.create({
      subject: [{ CN: [subject.commonName] }, ...subject.organizations.map((group) => ({ O: [group] }))],
      issuer: ca.subjectName,
      publicKey,
      signingKey: caKey.toCryptoKey(keyAlgorithm, false, ["sign"]),
      signingAlgorithm,
      serialNumber: newSerial(),
      ...withinAuthority(validityFrom(nowMs(), days), ca.notAfter),
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([...usages]),
        await x509.SubjectKeyIdentifierExtension.create(publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(ca),
        ...(names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension([...names])]),
      ],
    });
    return certificate.toString("pem");
  };

  return {
    caPem,
    async signBoard({ csrPem, ...names }) {
      const x509 = await loadX509();
      const publicKey = await requestedKey(x509, csrPem);
      return sign(x509, publicKey, boardSubject(names), boardAlternativeNames(names));
    },
    async signClient({ csrPem, lifetimeSeconds = Number.POSITIVE_INFINITY }) {
      const x509 = await loadX509();
      const { publicKey, subject } = await requestedClient(x509, csrPem);
      const days = Math.min(lifetimeSeconds / daySeconds, boardDays);
      return sign(x509, publicKey, subject, [], { usages: [x509.ExtendedKeyUsage.clientAuth], days });
    },
    async signAdmin() {
      const x509 = await loadX509();
      const keys = await crypto.subtle.generateKey(keyAlgorithm, true, ["sign", "verify"]);
      return {
        keyPem: await exportKeyPem(x509.PemConverter, keys.privateKey),
        certificatePem: await sign(x509, keys.publicKey, administratorSubject, []),
      };
    },
  };
}

/** One certificate serves a board as client and as server. */
function boardTerms({ ExtendedKeyUsage }: X509, days: number) {
  return { usages: [ExtendedKeyUsage.serverAuth, ExtendedKeyUsage.clientAuth], days };
}

/** The public key that the request proves to hold the private half of. */
async function requestedKey(x509: X509, csrPem: string): Promise<webcrypto.CryptoKey> {
  try {
    const csr = new x509.Pkcs10CertificateRequest(csrPem);
    const key = await csr.publicKey.export(keyAlgorithm, ["verify"]);
    if (await csr.verify()) return key;
  } catch (cause) {
    throw new TerminalError("the certificate request is not a PKCS #10 request for a P-256 key", { cause });
  }
  throw new TerminalError("the certificate request is not signed by its own key");
}

function withinAuthority(validity: Validity, caNotAfter: Date): Validity {
  return caNotAfter < validity.notAfter ? { ...validity, notAfter: caNotAfter } : validity;
}

/** 127 random bits with the top bit clear, so that DER needs no padding byte (RFC 5280 §4.1.2.2: positive, unique). */
function newSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString("hex");
}
