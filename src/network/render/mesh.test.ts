import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { overlaps, type Prefix, parsePrefix } from "../../lib/ipv4.ts";
import { endpointAnnotation, type MeshNode, planMesh, publicKeyAnnotation } from "./mesh.ts";

const key = (digit: string) => `${digit.repeat(42)}A=`;
const node = (name: string, podCIDR?: string, publicKey = key(name.slice(-1)), endpoint?: string): MeshNode => ({
  metadata: {
    name,
    creationTimestamp: `2026-01-0${name.slice(-1)}T00:00:00Z`,
    annotations: { [publicKeyAnnotation]: publicKey, ...(endpoint && { [endpointAnnotation]: endpoint }) },
  },
  spec: { podCIDR },
});
const plan = (...nodes: MeshNode[]) =>
  planMesh({ self: "b1", ownPublicKey: key("1"), fleetCidr: "10.42.0.0/16", nodes });

describe("the mesh", () => {
  it("holds every other board that has a key and a prefix", () => {
    const mesh = plan(
      node("b1", "10.42.1.0/24"),
      node("b3", "10.42.3.0/24"),
      node("b2", "10.42.2.0/24", key("2"), "10.99.0.2:51820"),
      node("b4"),
    );
    expect(mesh).toEqual({
      ownCidr: "10.42.1.0/24",
      peers: [
        { node: "b2", publicKey: key("2"), endpoint: "10.99.0.2:51820", podCidr: "10.42.2.0/24" },
        { node: "b3", publicKey: key("3"), endpoint: undefined, podCidr: "10.42.3.0/24" },
      ],
      rejected: [],
    });
  });

  it.each([
    [
      "a prefix outside the fleet's",
      node("b2", "192.168.0.0/24"),
      "its pod prefix 192.168.0.0/24 lies outside 10.42.0.0/16",
    ],
    ["everything", node("b2", "0.0.0.0/0"), "its pod prefix 0.0.0.0/0 lies outside 10.42.0.0/16"],
    ["our own prefix", node("b2", "10.42.1.0/24"), "its pod prefix 10.42.1.0/24 overlaps b1's"],
    ["half of ours", node("b2", "10.42.1.128/25"), "its pod prefix 10.42.1.128/25 overlaps b1's"],
    ["a prefix with host bits", node("b2", "10.42.2.1/24"), 'its pod prefix "10.42.2.1/24" is malformed'],
    ["our key", node("b2", "10.42.2.0/24", key("1")), "its WireGuard key is b1's"],
    ["a key that is none", node("b2", "10.42.2.0/24", "x\nlink del eth0"), "its WireGuard key is malformed"],
    [
      "a name for an endpoint",
      node("b2", "10.42.2.0/24", key("2"), "evil.example:1"),
      'its endpoint "evil.example:1" is malformed',
    ],
  ])("rejects a Node that claims %s", (_, claimant, reason) => {
    const mesh = plan(node("b1", "10.42.1.0/24"), claimant);
    expect(mesh.peers).toEqual([]);
    expect(mesh.rejected).toEqual([{ node: "b2", reason }]);
  });

  it("gives a disputed prefix to the older Node, in whatever order they are listed", () => {
    const [own, older, younger] = [node("b1", "10.42.1.0/24"), node("b2", "10.42.2.0/24"), node("b3", "10.42.2.0/24")];
    for (const nodes of [
      [own, older, younger],
      [younger, older, own],
    ]) {
      const mesh = plan(...nodes);
      expect(mesh.peers.map((peer) => peer.node)).toEqual(["b2"]);
      expect(mesh.rejected).toEqual([{ node: "b3", reason: "its pod prefix 10.42.2.0/24 overlaps b2's" }]);
    }
  });

  it("waits for a prefix of the board's own", () => {
    expect(plan(node("b1"), node("b2", "10.42.2.0/24")).ownCidr).toBeUndefined();
    expect(plan(node("b1", "10.0.0.0/24")).rejected).toEqual([
      { node: "b1", reason: "its pod prefix 10.0.0.0/24 lies outside 10.42.0.0/16" },
    ]);
  });

  it("never holds two claims to one address", () => {
    const anyNode = fc.record({
      id: fc.integer({ min: 1, max: 9 }),
      third: fc.integer({ min: 0, max: 4 }),
      bits: fc.constantFrom(20, 24, 25),
    });
    fc.assert(
      fc.property(fc.uniqueArray(anyNode, { selector: ({ id }) => id }), (claims) => {
        const mesh = plan(
          ...claims.map(({ id, third, bits }) => node(`b${id}`, `10.42.${bits === 20 ? 0 : third}.0/${bits}`)),
        );
        const held = [mesh.ownCidr, ...mesh.peers.map(({ podCidr }) => podCidr)]
          .map((text) => parsePrefix(text ?? ""))
          .filter((prefix): prefix is Prefix => prefix !== undefined);
        for (const [index, one] of held.entries()) {
          expect(held.slice(index + 1).some((other) => overlaps(one, other))).toBe(false);
        }
      }),
    );
  });
});
