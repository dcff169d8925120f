import { describe, expect, it } from "vitest";
import { identityOf, type PeerCertificateNames } from "./peer-identity.ts";

const nodes = "system:nodes";
const voters = "bramble:voters";
const san = "DNS:b1, IP Address:10.99.0.1, URI:bramble://home/voter/b1.0a1b2c3d";

describe("identityOf", () => {
  it("reads a board and a voter", () => {
    const board = { subject: { CN: "system:node:b1", O: nodes }, subjectaltname: "DNS:b1" };
    expect(identityOf(board)).toEqual({ node: "b1", groups: [nodes] });
    const voter = { subject: { CN: "system:node:b1", O: [nodes, voters] }, subjectaltname: san };
    expect(identityOf(voter)).toEqual({ node: "b1", voterId: "b1.0a1b2c3d", groups: [nodes, voters] });
  });

  it("takes a voter's name for nothing without the voters' group", () => {
    const board = { subject: { CN: "system:node:b1", O: nodes }, subjectaltname: san };
    expect(identityOf(board)).toEqual({ node: "b1", groups: [nodes] });
  });

  it("knows a node that is named like a member of Object", () => {
    const board = { subject: { CN: "system:node:constructor", O: nodes } };
    expect(identityOf(board)?.node).toBe("constructor");
  });

  const voter = (subjectaltname: string): PeerCertificateNames => ({
    subject: { CN: "system:node:b1", O: [nodes, voters] },
    subjectaltname,
  });
  it.each<[string, PeerCertificateNames]>([
    ["no certificate", {}],
    ["the administrator", { subject: { CN: "admin", O: "system:masters" } }],
    ["a node outside the nodes' group", { subject: { CN: "system:node:b1", O: "system:masters" } }],
    ["two common names", { subject: { CN: ["system:node:b1", "system:node:b2"], O: nodes } }],
    ["an empty node", { subject: { CN: "system:node:", O: nodes } }],
    ["a node with a topic's slash", { subject: { CN: "system:node:b1/up", O: nodes } }],
    ["a node with a wildcard", { subject: { CN: "system:node:+", O: nodes } }],
    ["a node with a line break", { subject: { CN: "system:node:b1\n", O: nodes } }],
    ["a node of a prototype's name", { subject: { CN: "system:node:__proto__", O: nodes } }],
    ["names that are inherited", { subject: Object.create({ CN: "system:node:b1", O: nodes }) }],
    ["a voter without a voter id", voter("DNS:b1")],
    ["a voter id of another node", voter("URI:bramble://home/voter/b2.0a1b2c3d")],
    ["two voter ids", voter(`${san}, URI:bramble://home/voter/b1.ffffffff`)],
    ["a voter id within another name", voter('DNS:"b1, URI:bramble://home/voter/b1.0a1b2c3d"')],
    ["a malformed voter id", voter("URI:bramble://home/voter/b1.0A1B2C3D")],
  ])("reads nobody from %s", (_, certificate) => {
    expect(identityOf(certificate)).toBeUndefined();
  });
});
