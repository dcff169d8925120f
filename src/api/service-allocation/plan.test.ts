import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatAddress, parseAddress } from "../../lib/ipv4.ts";
import { seededRandom } from "../../lib/random.ts";
import { ApiError } from "../api-error.ts";
import { type Service, serviceResource } from "../kinds/service.ts";
import { HeldNumbers, type Taken } from "./held-numbers.ts";
import { planAllocation } from "./plan.ts";
import { nodePorts } from "./ranges.ts";

const service = (spec: object, metadata: object = {}): Service =>
  serviceResource.schema.parse({
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "default", ...metadata },
    spec,
  });
const port = (number: number, rest: object = {}) => ({ name: `p${number}`, port: number, ...rest });
const ports = [port(80)];

const holding = (...others: object[]): HeldNumbers => {
  const held = new HeldNumbers();
  for (const [index, spec] of others.entries()) held.put(`other-${index}`, service(spec));
  return held;
};
const somebody = { type: "NodePort", clusterIP: "10.43.0.9", ports: [port(80, { nodePort: 30_080 })] };
const plan = (next: Service, current?: Service, taken: Taken = holding(somebody)) =>
  planAllocation(next, current, taken, seededRandom(1));

/** The refusal, as its status and message. */
function refused(next: Service, current?: Service, taken?: Taken): string {
  try {
    plan(next, current, taken);
  } catch (thrown) {
    if (thrown instanceof ApiError) return `${thrown.code} ${thrown.message}`;
  }
  throw new Error("it was not refused");
}

describe("a Service that is born", () => {
  it("gets an address of the upper band, and no port of the boards", () => {
    const { service: given, claimed } = plan(service({ ports }));
    expect(given.spec.clusterIP).toMatch(/^10\.43\.\d+\.\d+$/);
    expect(given.spec.clusterIPs).toEqual([given.spec.clusterIP]);
    expect([...claimed.addresses].map(formatAddress)).toEqual([given.spec.clusterIP]);
    expect(claimed.ports.size).toBe(0);
    expect(given.spec.ports?.[0]).not.toHaveProperty("nodePort");
  });

  it.each([
    ["another word for a name", { type: "ExternalName", externalName: "x.example.com" }],
    ["headless", { clusterIP: "None", ports }],
  ])("%s needs nothing", (_, spec) => {
    const next = service(spec);
    expect(plan(next)).toEqual({ service: next, claimed: { addresses: new Set(), ports: new Set() } });
  });

  it("may name what is free, in either band", () => {
    const spec = { type: "NodePort", clusterIP: "10.43.0.10", ports: [port(80, { nodePort: 30_001 })] };
    const { service: given, claimed } = plan(service(spec));
    expect(given.spec).toMatchObject({ clusterIP: "10.43.0.10", ports: [{ nodePort: 30_001 }] });
    expect([claimed.addresses.size, [...claimed.ports]]).toEqual([1, [30_001]]);
  });

  it("opens a port that several protocols have under one number, a named one where there is one", () => {
    const chosen = plan(service({ type: "NodePort", ports: [port(53), port(53, { protocol: "UDP", name: "u" })] }));
    const [tcp, udp] = chosen.service.spec.ports ?? [];
    expect(tcp?.nodePort).toBe(udp?.nodePort);
    expect(chosen.claimed.ports.size).toBe(1);
    const mixed = [port(53), port(53, { protocol: "UDP", name: "u", nodePort: 30_053 }), port(54)];
    const numbers = plan(service({ type: "NodePort", ports: mixed })).service.spec.ports?.map((p) => p.nodePort);
    expect(numbers?.slice(0, 2)).toEqual([30_053, 30_053]);
    expect(new Set(numbers).size).toBe(2);
  });

  it("opens a balancer's ports unless it is told not to, and one to ask for health where it matters", () => {
    const opened = plan(service({ type: "LoadBalancer", ports })).service.spec;
    expect(opened.ports?.[0]?.nodePort).toBeGreaterThanOrEqual(30_086);
    const closed = { type: "LoadBalancer", allocateLoadBalancerNodePorts: false };
    expect(plan(service({ ...closed, ports })).claimed.ports.size).toBe(0);
    expect([...plan(service({ ...closed, ports: [port(80, { nodePort: 30_005 })] })).claimed.ports]).toEqual([30_005]);
    const local = plan(service({ type: "LoadBalancer", externalTrafficPolicy: "Local", ports })).service.spec;
    expect(local.healthCheckNodePort).toBeGreaterThanOrEqual(30_086);
    expect(local.healthCheckNodePort).not.toBe(local.ports?.[0]?.nodePort);
  });

  const prefix = 'Service "web" is invalid:';
  const outside = "in the valid range. The range of valid IPs is 10.43.0.0/16";
  it.each([
    [
      "an address that somebody has",
      { clusterIP: "10.43.0.9", ports },
      `422 ${prefix} spec.clusterIPs: Invalid value: ["10.43.0.9"]: failed to allocate IP 10.43.0.9: provided IP is already allocated`,
    ],
    [
      "the API's address",
      { clusterIP: "10.43.0.1", ports },
      `422 ${prefix} spec.clusterIPs: Invalid value: ["10.43.0.1"]: failed to allocate IP 10.43.0.1: provided IP is already allocated`,
    ],
    ...["10.44.0.1", "10.43.0.0", "10.43.255.255"].map((ip) => [
      `the address ${ip}`,
      { clusterIP: ip, ports },
      `422 ${prefix} spec.clusterIPs: Invalid value: ["${ip}"]: failed to allocate IP ${ip}: provided IP is not ${outside}`,
    ]),
    [
      "a port that somebody has, for whichever protocol",
      { type: "NodePort", ports: [port(79), port(80, { nodePort: 30_080, protocol: "UDP" })] },
      `422 ${prefix} spec.ports[1].nodePort: Invalid value: 30080: provided port is already allocated`,
    ],
    [
      "a port that boards keep for themselves",
      { type: "NodePort", ports: [port(80, { nodePort: 80 })] },
      `422 ${prefix} spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767`,
    ],
    [
      "a port to ask for health that somebody has",
      { type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort: 30_080, ports },
      `422 ${prefix} spec.healthCheckNodePort: Invalid value: 30080: failed to allocate requested HealthCheck NodePort 30080: provided port is already allocated`,
    ],
    [
      "one port for traffic and for health",
      {
        type: "LoadBalancer",
        externalTrafficPolicy: "Local",
        healthCheckNodePort: 30_081,
        ports: [port(80, { nodePort: 30_081 })],
      },
      `422 ${prefix} spec.healthCheckNodePort: Invalid value: 30081: failed to allocate requested HealthCheck NodePort 30081: provided port is already allocated`,
    ],
  ] as [string, object, string][])("may not have %s", (_, spec, message) => {
    expect(refused(service(spec))).toBe(message);
  });

  it("is told where nothing is left", () => {
    const all: Taken = { hasAddress: () => true, hasPort: () => true };
    const noPort: Taken = { hasAddress: () => false, hasPort: () => true };
    expect(refused(service({ ports }), undefined, all)).toBe(
      "500 Internal error occurred: failed to allocate a serviceIP: range is full",
    );
    expect(refused(service({ type: "NodePort", ports }), undefined, noPort)).toBe(
      "500 Internal error occurred: failed to allocate a nodePort: range is full",
    );
    const local = { type: "LoadBalancer", allocateLoadBalancerNodePorts: false, externalTrafficPolicy: "Local", ports };
    expect(refused(service(local), undefined, noPort)).toBe(
      "500 Internal error occurred: failed to allocate a HealthCheck NodePort 0: range is full",
    );
  });

  it("called kubernetes has the API's address, whoever took it before", () => {
    const api = { name: "kubernetes", namespace: "default" };
    const spec = { clusterIP: "10.43.0.1", ports };
    expect([...plan(service(spec, api), undefined, holding(spec)).claimed.addresses].map(formatAddress)).toEqual([
      "10.43.0.1",
    ]);
    expect(refused(service(spec, { name: "kubernetes", namespace: "team" }))).toContain("already allocated");
  });
});

describe("a Service that changes", () => {
  const current = service(somebody);

  it("keeps what it has, which it need not claim", () => {
    const kept = plan(current, current);
    expect(kept).toEqual({ service: current, claimed: { addresses: new Set(), ports: new Set() } });
    const moved = service({ ...somebody, ports: [port(443, { nodePort: 30_080 })] });
    expect(plan(moved, current).claimed.ports.size).toBe(0);
  });

  it("claims what comes to it, and what it had once and gave back", () => {
    const more = service({ ...somebody, ports: [port(80, { nodePort: 30_080 }), port(81)] });
    expect(plan(more, current).claimed.ports.size).toBe(1);
    const closed = service({ clusterIP: "10.43.0.9", ports });
    expect(refused(current, closed)).toContain("provided port is already allocated");
    expect([...plan(current, closed, holding()).claimed.ports]).toEqual([30_080]);
  });

  it("is given an address where it was stored without one", () => {
    const before = service({ ports });
    expect(plan(before, before).claimed.addresses.size).toBe(1);
  });

  it("keeps an address outside of the range that it was stored with", () => {
    const before = service({ clusterIP: "10.96.0.5", ports });
    expect(plan(before, before).service).toEqual(before);
  });
});

describe("Services that come, change and go", () => {
  const types = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName", "Headless"] as const;
  const specOf = (type: (typeof types)[number]): object => {
    if (type === "Headless") return { clusterIP: "None", ports };
    return { type, ports: [port(80), port(81)], ...(type === "ExternalName" && { externalName: "x.example.com" }) };
  };

  it("never hold the same, and what they give back is free", () => {
    const step = fc.record({ name: fc.nat({ max: 30 }), type: fc.constantFrom(...types, "Gone" as const) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.nat(), (steps, seed) => {
        const held = new HeldNumbers();
        const random = seededRandom(seed);
        const live = new Map<number, Service>();
        for (const { name, type } of steps) {
          if (type === "Gone") {
            live.delete(name);
            held.delete(`${name}`);
            continue;
          }
          const before = live.get(name);
          const wished = service(specOf(type));
          const next = before === undefined ? wished : serviceResource.prepareForUpdate(wished, before);
          const { service: given } = planAllocation(next, before, held, random);
          live.set(name, given);
          held.put(`${name}`, given);
        }
        const all = [...live.values()].map(({ spec }) => spec);
        const addresses = all.flatMap(({ clusterIP }) =>
          clusterIP === undefined || clusterIP === "None" ? [] : clusterIP,
        );
        const opened = all.flatMap(({ ports: list = [] }) => list.flatMap(({ nodePort }) => nodePort ?? []));
        expect(new Set(addresses).size).toBe(addresses.length);
        expect(new Set(opened).size).toBe(opened.length);
        for (const key of live.keys()) held.delete(`${key}`);
        expect(addresses.some((ip) => held.hasAddress(parseAddress(ip) ?? 0))).toBe(false);
        expect(opened.some((number) => held.hasPort(number))).toBe(false);
      }),
      { numRuns: 30 },
    );
  });

  it("take every port there is, and the next one after one was given back", () => {
    const held = new HeldNumbers();
    const random = seededRandom(3);
    const one = () => planAllocation(service({ type: "NodePort", ports }), undefined, held, random).service;
    for (let at = nodePorts.first; at <= nodePorts.last; at += 1) held.put(`${at}`, one());
    expect(one).toThrow("failed to allocate a nodePort: range is full");
    held.delete("31000");
    expect(one().spec.ports?.[0]?.nodePort).toBeDefined();
  });
});
