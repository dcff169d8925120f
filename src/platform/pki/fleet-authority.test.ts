import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import type { AddressInfo } from "node:net";
import tls from "node:tls";
import { describe, expect, it } from "vitest";
import { TerminalError } from "../../lib/errors.ts";
import type { VoterId } from "../../replication/ports.ts";
import { createKeyAndCsr } from "./board-key.ts";
import { certificateSha256 } from "./fingerprint.ts";
import { createFleetAuthority, openFleetAuthority } from "./fleet-authority.ts";
import { identityOf, type PeerIdentity } from "./peer-identity.ts";
import { loadX509, signingAlgorithm } from "./x509.ts";

const board = { node: "b1", address: "10.99.0.1", fleet: "home" };
const voter = "b1.0a1b2c3d" as VoterId;
const pems = await createFleetAuthority("home");
const authority = openFleetAuthority(pems);

describe("the fleet's authority", () => {
  it("signs a voter for exactly its names", async () => {
    const { csrPem, keyPem } = await createKeyAndCsr("b1");
    const certificate = new X509Certificate(await authority.signBoard({ ...board, csrPem, voter }));
    expect(certificate.subject.split("\n")).toEqual(["CN=system:node:b1", "O=system:nodes", "O=bramble:voters"]);
    expect(certificate.subjectAltName?.split(", ")).toEqual([
      "DNS:b1",
      "DNS:localhost",
      "IP Address:10.99.0.1",
      "IP Address:127.0.0.1",
      "DNS:kubernetes",
      "DNS:kubernetes.default",
      "DNS:kubernetes.default.svc",
      "DNS:kubernetes.default.svc.cluster.local",
      "IP Address:10.43.0.1",
      "URI:bramble://home/voter/b1.0a1b2c3d",
    ]);
    expect(certificate.checkPrivateKey(createPrivateKey(keyPem))).toBe(true);
    expect(certificate.verify(new X509Certificate(pems.caPem).publicKey)).toBe(true);
    expect(certificate.ca).toBe(false);
  });

  it("ignores what a request asks for", async () => {
    const x509 = await loadX509();
    const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    const greedy = await x509.Pkcs10CertificateRequestGenerator.create({
      name: "CN=admin, O=system:masters",
      keys,
      signingAlgorithm,
      extensions: [new x509.BasicConstraintsExtension(true, 3, true)],
    });
    const certificate = new X509Certificate(await authority.signBoard({ ...board, csrPem: greedy.toString("pem") }));
    expect(certificate.subject).toBe("CN=system:node:b1\nO=system:nodes");
    expect(certificate.ca).toBe(false);
  });

  it("refuses what is no request, and a key of another kind", async () => {
    await expect(authority.signBoard({ ...board, csrPem: "hello" })).rejects.toThrow(TerminalError);
    const x509 = await loadX509();
    const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]) };
    const keys = await crypto.subtle.generateKey({ ...rsa, modulusLength: 2048 }, true, ["sign", "verify"]);
    const csr = await x509.Pkcs10CertificateRequestGenerator.create({ name: "CN=b1", keys, signingAlgorithm: rsa });
    await expect(authority.signBoard({ ...board, csrPem: csr.toString("pem") })).rejects.toThrow(/P-256/);
  });

  it("serves boards whose clocks begin in 1970, even when its own does", async () => {
    const early = openFleetAuthority(await createFleetAuthority("home", 0), () => 0);
    const { csrPem } = await createKeyAndCsr("b1");
    const certificate = new X509Certificate(await early.signBoard({ ...board, csrPem }));
    expect(certificate.validFromDate.getTime()).toBe(0);
    expect(certificate.validToDate.getUTCFullYear()).toBeGreaterThanOrEqual(2027);
  });

  it("is not opened with another authority's key", () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const caKeyPem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(() => openFleetAuthority({ caPem: pems.caPem, caKeyPem })).toThrow(/does not belong/);
  });

  it("is known by a hash that openssl would print too", () => {
    const printed = new X509Certificate(pems.caPem).fingerprint256.replaceAll(":", "").toLowerCase();
    expect(certificateSha256(pems.caPem)).toBe(printed);
  });

  it("makes boards that know each other over TLS", async () => {
    const { csrPem, keyPem } = await createKeyAndCsr("b1");
    const cert = await authority.signBoard({ ...board, csrPem, voter });
    expect(await identityOverTls({ key: keyPem, cert })).toEqual({
      node: "b1",
      voterId: voter,
      groups: ["system:nodes", "bramble:voters"],
    });
    const admin = await authority.signAdmin();
    expect(await identityOverTls({ key: admin.keyPem, cert: admin.certificatePem })).toBeUndefined();
  });
});

/** What a server reads from a client with `credentials`, through a real handshake. */
async function identityOverTls(credentials: { key: string; cert: string }): Promise<PeerIdentity | undefined> {
  const options = { ...credentials, ca: pems.caPem };
  const server = tls.createServer({ ...options, requestCert: true, rejectUnauthorized: true });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  try {
    const accepted = new Promise<PeerIdentity | undefined>((resolve, reject) => {
      server.once("secureConnection", (socket) => {
        resolve(identityOf(socket.getPeerCertificate()));
        socket.destroy();
      });
      server.once("tlsClientError", reject);
    });
    const client = tls.connect({ ...options, port, host: "127.0.0.1", checkServerIdentity: () => undefined });
    client.on("error", () => {});
    return await accepted;
  } finally {
    server.close();
  }
}

describe("a person's certificate", () => {
  async function requestOf(name: string): Promise<string> {
    const x509 = await loadX509();
    const keys = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign", "verify"]);
    const extensions = [
      new x509.SubjectAlternativeNameExtension([{ type: "url", value: "bramble://home/voter/b1.0a1b2c3d" }]),
    ];
    return (await x509.Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm, extensions })).toString(
      "pem",
    );
  }

  it("has the name and groups that were asked for, is a client's alone, and lasts as long as was asked for", async () => {
    const csrPem = await requestOf("CN=jane, O=devs, O=ops");
    const certificate = new X509Certificate(await authority.signClient({ csrPem, lifetimeSeconds: 3600 }));
    expect(certificate.subject).toBe("CN=jane\nO=devs\nO=ops");
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.2"]);
    expect(certificate.subjectAltName).toBeUndefined();
    expect(certificate.validToDate.getTime() - Date.now()).toBeLessThanOrEqual(3_600_000 + 1000);
  });

  it("may be for an RSA key", async () => {
    const x509 = await loadX509();
    const rsa = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]) };
    const keys = await crypto.subtle.generateKey({ ...rsa, modulusLength: 2048 }, true, ["sign", "verify"]);
    const csr = await x509.Pkcs10CertificateRequestGenerator.create({ name: "CN=jane", keys, signingAlgorithm: rsa });
    const pem = await authority.signClient({ csrPem: csr.toString("pem") });
    expect(new X509Certificate(pem).publicKey.asymmetricKeyType).toBe("rsa");
  });

  it.each([
    "CN=jane, O=system:masters",
    "CN=jane, O=devs, O=system:masters",
    "CN=system:node:b1",
    "CN=jane, O=system:nodes",
    "CN=jane, O=bramble:voters",
    "O=devs",
    "CN=jane, CN=admin",
  ])("is refused for %s", async (name) => {
    await expect(authority.signClient({ csrPem: await requestOf(name) })).rejects.toThrow(TerminalError);
  });
});
