import { describe, expect, it } from "vitest";
import { cells, created, kindUnderTest, wrong, wrongUpdate } from "../../testing/kind-under-test.ts";

const apiVersion = "networking.k8s.io/v1";
const metadata = { name: "web", namespace: "default" };
const ingress = kindUnderTest(apiVersion, "Ingress");
const ingressClass = kindUnderTest(apiVersion, "IngressClass");
const policy = kindUnderTest(apiVersion, "NetworkPolicy");
const slice = kindUnderTest("discovery.k8s.io/v1", "EndpointSlice");

describe("an Ingress", () => {
  const backend = { service: { name: "web", port: { number: 80 } } };
  const path = { path: "/", pathType: "Prefix", backend };
  const withPath = (rest: object) => ({ rules: [{ host: "a.example.com", http: { paths: [{ ...path, ...rest }] } }] });
  const at = "spec.rules[0].http.paths[0]";

  const cases: [string, object, string[]][] = [
    ["nothing", {}, ["spec: Invalid value: {}: either `defaultBackend` or `rules` must be specified"]],
    [
      "a path that climbs",
      withPath({ path: "/a/../b" }),
      [`${at}.path: Invalid value: "/a/../b": must not contain '/../'`],
    ],
    ["a path from nowhere", withPath({ path: "a" }), [`${at}.path: Invalid value: "a": must be an absolute path`]],
    ["no type", withPath({ pathType: undefined }), [`${at}.pathType: Required value`]],
    [
      "no port",
      withPath({ backend: { service: { name: "web" } } }),
      [`${at}.backend: Required value: port name or number is required`],
    ],
    [
      "two ports",
      withPath({ backend: { service: { name: "web", port: { name: "a", number: 80 } } } }),
      [`${at}.backend: Invalid value: "": cannot set both port name & port number`],
    ],
    [
      "no backend",
      withPath({ backend: {} }),
      [`${at}.backend: Invalid value: "": resource or service backend is required`],
    ],
    [
      "two backends",
      withPath({ backend: { ...backend, resource: { kind: "A", name: "b" } } }),
      [`${at}.backend: Invalid value: "": cannot set both resource and service backends`],
    ],
    [
      "an address for a host",
      { rules: [{ host: "192.0.2.1" }] },
      ['spec.rules[0].host: Invalid value: "192.0.2.1": must be a DNS name, not an IP address'],
    ],
  ];
  it.each(cases)("refuses %s", (_, spec, causes) => {
    expect(wrong(ingress, { metadata, spec })).toEqual(causes);
  });

  it("takes all hosts of a domain, and any path where its class decides", () => {
    const spec = {
      rules: [{ host: "*.example.com", http: { paths: [{ pathType: "ImplementationSpecific", backend }] } }],
    };
    expect(wrong(ingress, { metadata, spec })).toEqual([]);
  });

  it("shows its class, hosts, addresses and ports", () => {
    const hosts = ["a.com", "b.com", "c.com", "d.com"].map((host) => ({ host }));
    const spec = { ingressClassName: "nginx", rules: hosts, tls: [{}] };
    const status = { loadBalancer: { ingress: [{ ip: "192.0.2.1" }, { hostname: "x" }] } };
    expect(cells(ingress, { metadata, spec, status }, 0)).toMatchObject({
      Class: "nginx",
      Hosts: "a.com,b.com,c.com + 1 more...",
      Address: "192.0.2.1,x",
      Ports: "80, 443",
    });
    expect(cells(ingress, { metadata }, 0)).toMatchObject({ Class: "<none>", Hosts: "*", Address: "", Ports: "80" });
  });
});

describe("an IngressClass", () => {
  const fleet = { name: "nginx" };

  it("keeps its controller", () => {
    const of = (controller: string) => ({ metadata: fleet, spec: { controller } });
    expect(wrongUpdate(ingressClass, of("example.com/a"), of("example.com/b"))).toEqual([
      'spec.controller: Invalid value: "example.com/b": field is immutable',
    ]);
    expect(wrong(ingressClass, of("nginx"))).toEqual([
      'spec.controller: Invalid value: "nginx": must be a domain-prefixed path (such as "acme.io/foo")',
    ]);
  });

  it("has settings in the fleet, or in a namespace", () => {
    const parameters = { apiGroup: "example.com", kind: "Settings", name: "a" };
    const spec = { controller: "example.com/a", parameters };
    expect(created(ingressClass, { metadata: fleet, spec }).spec.parameters.scope).toBe("Cluster");
    expect(cells(ingressClass, { metadata: fleet, spec }, 0)).toMatchObject({ Parameters: "Settings.example.com/a" });
    const namespaced = { ...spec, parameters: { ...parameters, scope: "Namespace" } };
    expect(wrong(ingressClass, { metadata: fleet, spec: namespaced })).toEqual([
      "spec.parameters.namespace: Required value: `parameters.scope` is set to 'Namespace'",
    ]);
  });
});

describe("a NetworkPolicy", () => {
  it("is about what its rules are about", () => {
    expect(created(policy, { metadata }).spec).toEqual({ podSelector: {}, policyTypes: ["Ingress"] });
    const spec = { egress: [{ ports: [{ port: 53 }] }] };
    expect(created(policy, { metadata, spec }).spec).toMatchObject({
      egress: [{ ports: [{ port: 53, protocol: "TCP" }] }],
      policyTypes: ["Ingress", "Egress"],
    });
  });

  const from = (peer: object) => ({ ingress: [{ from: [peer] }] });
  const cases: [string, object, string[]][] = [
    ["nobody", from({}), ["spec.ingress[0].from[0]: Required value: must specify a peer"]],
    [
      "pods and addresses at once",
      from({ podSelector: {}, ipBlock: { cidr: "10.0.0.0/8" } }),
      ["spec.ingress[0].from[0]: Forbidden: may not specify both ipBlock and another peer"],
    ],
    [
      "a range that is none",
      from({ ipBlock: { cidr: "10.0.0.0" } }),
      [
        'spec.ingress[0].from[0].ipBlock.cidr: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
      ],
    ],
    [
      "an exception from elsewhere",
      from({ ipBlock: { cidr: "10.0.0.0/8", except: ["11.0.0.0/16"] } }),
      ['spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`'],
    ],
    [
      "ports that end before they begin",
      { egress: [{ ports: [{ port: 80, endPort: 79 }] }] },
      ["spec.egress[0].ports[0].endPort: Invalid value: 79: must be greater than or equal to `port`"],
    ],
    [
      "a range of a name",
      { egress: [{ ports: [{ port: "http", endPort: 79 }] }] },
      ["spec.egress[0].ports[0].endPort: Invalid value: 79: may not be specified when `port` is non-numeric"],
    ],
  ];
  it.each(cases)("refuses %s", (_, spec, causes) => {
    expect(wrong(policy, { metadata, spec })).toEqual(causes);
  });
});

describe("an EndpointSlice", () => {
  const endpoint = (...addresses: string[]) => ({ addressType: "IPv4", endpoints: [{ addresses }] });
  const cases: [string, object, string[]][] = [
    ["no kind of address", {}, ["addressType: Required value"]],
    [
      "a place without an address",
      endpoint(),
      ["endpoints[0].addresses: Required value: must contain at least 1 address"],
    ],
    [
      "an address of another kind",
      endpoint("2001:db8::1"),
      ['endpoints[0].addresses[0]: Invalid value: "2001:db8::1": must be a valid IPv4 address'],
    ],
    [
      "the link's own services",
      endpoint("169.254.169.254"),
      [
        'endpoints[0].addresses[0]: Invalid value: "169.254.169.254": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      ],
    ],
    [
      "a port's name twice",
      { addressType: "FQDN", ports: [{ port: 1 }, { port: 2 }] },
      ['ports[1].name: Duplicate value: ""'],
    ],
    [
      "too many places",
      { addressType: "IPv4", endpoints: Array(1001).fill({ addresses: ["10.42.0.2"] }) },
      ["endpoints: Too many: 1001: must have at most 1000 items"],
    ],
  ];
  it.each(cases)("refuses %s", (_, body, causes) => {
    expect(wrong(slice, { metadata, ...body })).toEqual(causes);
  });

  it("shows the first ports and addresses", () => {
    const endpoints = [{ addresses: ["10.42.0.2"] }, { addresses: ["10.42.0.3", "10.42.0.4", "10.42.0.5"] }];
    expect(
      cells(slice, { metadata, addressType: "IPv4", endpoints, ports: [{ port: 80 }, { name: "a" }] }, 0),
    ).toMatchObject({
      Ports: "80,a",
      Endpoints: "10.42.0.2,10.42.0.3,10.42.0.4 + 1 more...",
    });
    expect(cells(slice, { metadata, addressType: "IPv4" }, 0)).toMatchObject({
      Ports: "<unset>",
      Endpoints: "<unset>",
    });
  });

  it("is an older one with its zone among labels", () => {
    const older = kindUnderTest("discovery.k8s.io/v1beta1", "EndpointSlice");
    const topology = { "topology.kubernetes.io/zone": "z", rack: "r" };
    const body = { metadata, addressType: "IPv4", endpoints: [{ addresses: ["10.42.0.2"], topology }] };
    const stored = older.conversion?.toStored(older.prepareForCreate(created(older, body)));
    expect(stored).toMatchObject({ endpoints: [{ zone: "z", deprecatedTopology: { rack: "r" } }] });
  });
});
