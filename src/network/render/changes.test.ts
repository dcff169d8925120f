/** What is rendered from a difference between what is and what should be; nothing from none. */
import { describe, expect, it } from "vitest";
import type { TunnelPeer } from "../ports.ts";
import { renderBridge, renderRoutes, renderServiceRoute } from "./links.ts";
import type { MeshPeer } from "./mesh.ts";
import { renderPeerChanges } from "./peer-changes.ts";
import { planPodLink, podLinkName } from "./pod-link.ts";
import { renderRuleTable } from "./rule-table.ts";

const peer = (n: number, change: Partial<MeshPeer> = {}): MeshPeer => ({
  node: `b${n}`,
  publicKey: `key${n}`,
  endpoint: `10.99.0.${n}:51820`,
  podCidr: `10.42.${n}.0/24`,
  ...change,
});
const held = (n: number, change: Partial<TunnelPeer> = {}): TunnelPeer => ({
  publicKey: `key${n}`,
  endpoint: `10.99.0.${n}:51820`,
  allowedIps: [`10.42.${n}.0/24`],
  keepaliveSeconds: 25,
  ...change,
});
const declared = new Map([["key2", "10.99.0.2:51820"]]);

describe("peers", () => {
  const changes = (actual: TunnelPeer[], desired: MeshPeer[]) => renderPeerChanges(actual, desired, declared).join(" ");

  it("are added with endpoint, prefix and keepalive", () => {
    expect(changes([], [peer(2), peer(3, { endpoint: undefined })])).toBe(
      "peer key2 endpoint 10.99.0.2:51820 allowed-ips 10.42.2.0/24 persistent-keepalive 25 " +
        "peer key3 allowed-ips 10.42.3.0/24 persistent-keepalive 25",
    );
  });

  it("are left alone while nothing differs", () => {
    expect(changes([held(2)], [peer(2)])).toBe("");
  });

  it("are followed to a newly declared endpoint", () => {
    expect(changes([held(2)], [peer(2, { endpoint: "10.99.0.77:51820" })])).toBe("peer key2 endpoint 10.99.0.77:51820");
  });

  it("are not pulled back from where WireGuard followed them", () => {
    expect(changes([held(2, { endpoint: "10.99.0.77:4711" })], [peer(2)])).toBe("");
  });

  it("hand a prefix on: the old key goes first", () => {
    expect(changes([held(2)], [peer(3, { podCidr: "10.42.2.0/24", endpoint: undefined })])).toBe(
      "peer key2 remove peer key3 allowed-ips 10.42.2.0/24 persistent-keepalive 25",
    );
  });
});

describe("bridge and routes", () => {
  it("are made with the first address of the board's prefix", () => {
    expect(renderBridge(undefined, "10.42.1.0/24")).toEqual([
      "link add bramble0 address 0a:b0:0a:2a:01:01 mtu 1420 type bridge forward_delay 0",
      "address add 10.42.1.1/24 dev bramble0",
      "link set bramble0 up",
    ]);
    expect(renderRoutes([], [peer(2)], "10.42.1.0/24")).toEqual([
      "route replace 10.42.2.0/24 dev bramble-wg src 10.42.1.1",
    ]);
  });

  it("are left alone while nothing differs", () => {
    expect(renderBridge(["10.42.1.1/24"], "10.42.1.0/24")).toEqual([]);
    expect(renderRoutes([{ prefix: "10.42.2.0/24", source: "10.42.1.1" }], [peer(2)], "10.42.1.0/24")).toEqual([]);
  });

  it("follow a board to another prefix, and drop routes of boards that left", () => {
    expect(renderBridge(["10.42.1.1/24"], "10.42.9.0/24")).toEqual([
      "address del 10.42.1.1/24 dev bramble0",
      "address add 10.42.9.1/24 dev bramble0",
      "link set bramble0 up",
    ]);
    expect(
      renderRoutes(
        [
          { prefix: "10.42.2.0/24", source: undefined },
          { prefix: "10.42.3.0/24", source: "10.42.1.1" },
        ],
        [peer(2)],
        "10.42.9.0/24",
      ),
    ).toEqual(["route del 10.42.3.0/24 dev bramble-wg", "route replace 10.42.2.0/24 dev bramble-wg src 10.42.9.1"]);
  });
});

it("the board's own way to services is made where it is missing or goes by another address", () => {
  const wanted = ["route replace 10.43.0.0/16 dev bramble0 src 10.42.1.1"];
  const render = (...routes: { prefix: string; source: string | undefined }[]) =>
    renderServiceRoute(routes, "10.43.0.0/16", "10.42.1.0/24");
  expect(render({ prefix: "10.42.1.0/24", source: "10.42.1.1" })).toEqual(wanted);
  expect(render({ prefix: "10.43.0.0/16", source: "10.42.9.1" })).toEqual(wanted);
  expect(render({ prefix: "10.43.0.0/16", source: "10.42.1.1" })).toEqual([]);
});

it("the rule table hides pods from the outside only", () => {
  expect(
    renderRuleTable({ podCidr: "10.42.1.0/24", flatCidrs: ["10.42.0.0/16", "10.43.0.0/16"] }),
  ).toMatchInlineSnapshot(`
    "table ip bramble {
    }
    delete table ip bramble
    table ip bramble {
    	chain postrouting {
    		type nat hook postrouting priority srcnat; policy accept;
    		ip saddr 10.42.1.0/24 ip daddr != { 10.42.0.0/16, 10.43.0.0/16 } oifname != "bramble0" masquerade
    	}
    }
    "
  `);
});

it("the rule table leads the API's address to one voter", () => {
  const api = { service: { address: "10.43.0.1", port: 443 }, voter: { address: "10.99.0.2", port: 6443 } };
  expect(renderRuleTable({ podCidr: "10.42.1.0/24", flatCidrs: ["10.42.0.0/16"], api })).toMatchInlineSnapshot(`
    "table ip bramble {
    }
    delete table ip bramble
    table ip bramble {
    	chain postrouting {
    		type nat hook postrouting priority srcnat; policy accept;
    		ip saddr 10.42.1.0/24 ip daddr != { 10.42.0.0/16 } oifname != "bramble0" masquerade
    	}
    	chain prerouting {
    		type nat hook prerouting priority dstnat; policy accept;
    		ip daddr 10.43.0.1 tcp dport 443 dnat to 10.99.0.2:6443
    	}
    	chain output {
    		type nat hook output priority -100; policy accept;
    		ip daddr 10.43.0.1 tcp dport 443 dnat to 10.99.0.2:6443
    	}
    }
    "
  `);
});

describe("a pod's link", () => {
  const hostLink = podLinkName("4f1c2d3e-aaaa-bbbb-cccc-0123456789ab");
  const request = { hostLink, sandboxPid: 4711, address: "10.42.1.7", podCidr: "10.42.1.0/24" };

  it("has a name that Linux takes", () => {
    expect(hostLink).toBe("pod4f1c2d3eaaaa");
    expect(hostLink.length).toBe(15);
  });

  it("is made from outside, then addressed from inside", () => {
    const nothing = { hostLinkExists: false, sandboxAddresses: ["127.0.0.1"], sandboxHasDefaultRoute: false };
    expect(planPodLink(request, nothing)).toEqual({
      outside: [
        "link add pod4f1c2d3eaaaa mtu 1420 type veth peer name eth0 mtu 1420 netns 4711",
        "link set pod4f1c2d3eaaaa master bramble0 up",
      ],
      inside: ["address add 10.42.1.7/24 dev eth0", "link set eth0 up", "route add default via 10.42.1.1"],
    });
  });

  it("is left alone where it stands, and made anew where half of it does", () => {
    const whole = { hostLinkExists: true, sandboxAddresses: ["127.0.0.1", "10.42.1.7"], sandboxHasDefaultRoute: true };
    expect(planPodLink(request, whole)).toEqual({ outside: [], inside: [] });
    expect(planPodLink(request, { ...whole, sandboxHasDefaultRoute: false }).outside[0]).toBe(
      "link del pod4f1c2d3eaaaa",
    );
  });
});
