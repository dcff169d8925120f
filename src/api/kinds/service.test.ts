import { describe, expect, it } from "vitest";
import { cells, created, kindUnderTest, wrong, wrongUpdate } from "../testing/kind-under-test.ts";

const nowMs = Date.parse("2026-01-01T00:05:03Z");
const metadata = { name: "web", namespace: "default", creationTimestamp: "2026-01-01T00:00:00Z" };
const service = kindUnderTest("v1", "Service");
const endpoints = kindUnderTest("v1", "Endpoints");
const ports = [{ port: 80 }];

describe("a Service", () => {
  it("leads to the port of the same number, within the fleet", () => {
    expect(created(service, { metadata, spec: { ports } }).spec).toEqual({
      type: "ClusterIP",
      ports: [{ port: 80, protocol: "TCP", targetPort: 80 }],
      sessionAffinity: "None",
      internalTrafficPolicy: "Cluster",
    });
  });

  it.each([
    ["NodePort", {}, { externalTrafficPolicy: "Cluster" }],
    ["LoadBalancer", {}, { externalTrafficPolicy: "Cluster", allocateLoadBalancerNodePorts: true }],
    ["ClusterIP", { clusterIP: "10.43.0.9" }, { clusterIPs: ["10.43.0.9"] }],
    ["ClusterIP", { clusterIPs: ["None"] }, { clusterIP: "None" }],
    ["ClusterIP", { sessionAffinity: "ClientIP" }, { sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } } }],
  ])("%s with %j", (type, rest, expected) => {
    expect(created(service, { metadata, spec: { type, ports, ...rest } }).spec).toMatchObject(expected);
  });

  it("keeps its address and ports where a manifest is sent again without them", () => {
    const spec = { type: "NodePort", clusterIP: "10.43.0.9", ports: [{ port: 80, nodePort: 30_080 }] };
    const parsed = service.prepareForCreate(created(service, { metadata, spec }));
    const again = service.prepareForCreate(created(service, { metadata, spec: { type: "NodePort", ports } }));
    expect(service.prepareForUpdate(again, parsed)).toMatchObject({
      spec: { clusterIP: "10.43.0.9", clusterIPs: ["10.43.0.9"], ports: [{ nodePort: 30_080 }] },
    });
  });

  const was = { name: "a", port: 80, nodePort: 30_080 };
  const other = { name: "b", port: 81, nodePort: 30_081 };
  it.each([
    ["keeps the number under its name", [{ name: "a", port: 443, protocol: "UDP" }], [30_080]],
    ["has no claim to another's", [{ name: "c", port: 80 }], [undefined]],
    [
      "gives its number to the one that names it",
      [
        { name: "a", port: 80 },
        { name: "b", port: 81, nodePort: 30_080 },
      ],
      [undefined, 30_080],
    ],
    [
      "is asked for nothing by a zero",
      [
        { name: "b", port: 81, nodePort: 0 },
        { name: "a", port: 80 },
      ],
      [30_081, 30_080],
    ],
  ])("whose port is sent again %s", (_, sent, expected) => {
    const parsed = service.prepareForCreate(
      created(service, { metadata, spec: { type: "NodePort", ports: [was, other] } }),
    );
    const again = service.prepareForCreate(created(service, { metadata, spec: { type: "NodePort", ports: sent } }));
    const { spec } = JSON.parse(JSON.stringify(service.prepareForUpdate(again, parsed)));
    expect(spec.ports.map(({ nodePort }: { nodePort?: number }) => nodePort)).toEqual(expected);
  });

  it.each([
    ["NodePort", "ClusterIP"],
    ["LoadBalancer", "ClusterIP"],
    ["LoadBalancer", "NodePort"],
    ["NodePort", "ExternalName"],
    ["ClusterIP", "ExternalName"],
    ["ClusterIP", "LoadBalancer"],
    ["ExternalName", "ClusterIP"],
  ])("may turn from %s into %s by its type alone", (from, to) => {
    const nodePort = from === "NodePort" || from === "LoadBalancer" ? { nodePort: 30_080 } : {};
    const address = from === "ExternalName" ? {} : { clusterIP: "10.43.0.9" };
    const spec = { type: from, ports: [{ port: 80, ...nodePort }], externalName: "x.example.com", ...address };
    const current = created(service, { metadata, spec });
    expect(wrongUpdate(service, current, { ...current, spec: { ...current.spec, type: to } })).toEqual([]);
  });

  it("keeps its address once it has one", () => {
    const at = (clusterIP: string) => ({ metadata, spec: { clusterIP, ports } });
    expect(wrongUpdate(service, at("10.43.0.9"), at("10.43.0.9"))).toEqual([]);
    const refusal = 'spec.clusterIPs[0]: Invalid value: ["10.43.0.8"]: may not change once set';
    expect(wrongUpdate(service, at("10.43.0.9"), at("10.43.0.8"))).toEqual([refusal]);
    const half = { metadata, spec: { clusterIP: "10.43.0.8", clusterIPs: ["10.43.0.9"], ports } };
    expect(wrongUpdate(service, at("10.43.0.9"), half)).toEqual([refusal]);
  });

  it("keeps the port that balancers ask, and its families", () => {
    const at = (healthCheckNodePort?: number) => ({
      metadata,
      spec: { type: "LoadBalancer", externalTrafficPolicy: "Local", healthCheckNodePort, ports },
    });
    expect(wrongUpdate(service, at(30_100), at())).toEqual([]);
    expect(wrongUpdate(service, at(30_100), at(30_101))).toEqual([
      "spec.healthCheckNodePort: Forbidden: field is immutable",
    ]);
    const dual = created(service, {
      metadata,
      spec: { ipFamilyPolicy: "PreferDualStack", ipFamilies: ["IPv4"], ports },
    });
    const again = created(service, { metadata, spec: { ports } });
    expect(service.prepareForUpdate(again, dual)).toMatchObject({
      spec: { ipFamilyPolicy: "PreferDualStack", ipFamilies: ["IPv4"] },
    });
  });

  const cases: [string, object, string[]][] = [
    ["no ports", {}, ["spec.ports: Required value"]],
    [
      "two ports without names",
      { ports: [{ port: 80 }, { port: 81 }] },
      ["spec.ports[0].name: Required value", "spec.ports[1].name: Required value"],
    ],
    [
      "a port twice",
      {
        ports: [
          { name: "a", port: 80 },
          { name: "b", port: 80 },
        ],
      },
      ['spec.ports[1]: Duplicate value: {"port":80,"protocol":"TCP"}'],
    ],
    [
      "no number",
      { ports: [{ port: 0 }] },
      [
        "spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive",
        "spec.ports[0].targetPort: Invalid value: 0: must be between 1 and 65535, inclusive",
      ],
    ],
    [
      "a board's port without being one",
      { ports: [{ port: 80, nodePort: 30_000 }] },
      ["spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"],
    ],
    [
      "an address that is none",
      { clusterIP: "10.43.0", ports },
      ['spec.clusterIPs[0]: Invalid value: "10.43.0": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'],
    ],
    [
      "a board's port without an address",
      { type: "NodePort", clusterIP: "None", ports },
      [`spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services`],
    ],
    [
      "two addresses of a family",
      { clusterIPs: ["10.43.0.9", "10.43.0.10"], ipFamilyPolicy: "PreferDualStack", ports },
      [
        'spec.clusterIPs: Invalid value: ["10.43.0.9","10.43.0.10"]: may specify no more than one IP for each IP family',
      ],
    ],
    [
      "an address of another family than it names",
      { clusterIP: "10.43.0.9", ipFamilies: ["IPv6"], ports },
      ['spec.clusterIPs[0]: Invalid value: "10.43.0.9": expected an IPv6 value as indicated by `ipFamilies[0]`'],
    ],
    ["a family twice", { ipFamilies: ["IPv4", "IPv4"], ports }, ['spec.ipFamilies[1]: Duplicate value: "IPv4"']],
    ["another name for nothing", { type: "ExternalName" }, ["spec.externalName: Required value"]],
    [
      "another name with an address of its own",
      { type: "ExternalName", externalName: "x.example.com", clusterIP: "10.43.0.9", ipFamilies: ["IPv4"] },
      [
        "spec.clusterIPs: Forbidden: may not be set for ExternalName services",
        "spec.ipFamilies: Forbidden: may not be set for ExternalName services",
      ],
    ],
    [
      "a policy for nobody outside",
      { externalTrafficPolicy: "Local", ports },
      ['spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services'],
    ],
    [
      "itself as an address outside",
      { externalIPs: ["127.0.0.1"], ports },
      ['spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be unspecified, loopback or link-local'],
    ],
    [
      "a selector that no label matches",
      { selector: { "a b": "c" }, ports },
      [expect.stringMatching(/^spec\.selector: Invalid value: "a b"/)],
    ],
  ];
  it.each(cases)("refuses %s", (_, spec, causes) => {
    expect(wrong(service, { metadata, spec })).toEqual(causes);
  });

  it("has a name that can be a host's", () => {
    expect(wrong(service, { metadata: { ...metadata, name: "1web" }, spec: { ports } })).toEqual([
      expect.stringMatching(/^metadata\.name: Invalid value: "1web": a DNS-1035 label must/),
    ]);
  });

  const rows: [object, object, object][] = [
    [
      { clusterIP: "None" },
      {},
      { Type: "ClusterIP", "Cluster-IP": "None", "External-IP": "<none>", "Port(s)": "<none>" },
    ],
    [
      {
        type: "NodePort",
        clusterIP: "10.43.0.9",
        ports: [
          { name: "a", port: 80, nodePort: 30_080 },
          { name: "b", port: 53, protocol: "UDP" },
        ],
      },
      {},
      { "Cluster-IP": "10.43.0.9", "Port(s)": "80:30080/TCP,53/UDP" },
    ],
    [{ type: "LoadBalancer", ports }, {}, { "External-IP": "<pending>", "Cluster-IP": "<none>" }],
    [
      { type: "LoadBalancer", ports },
      { loadBalancer: { ingress: [{ ip: "192.0.2.1" }] } },
      { "External-IP": "192.0.2.1" },
    ],
    [
      { type: "ExternalName", externalName: "x.example.com", selector: { b: "2", a: "1" } },
      {},
      { "External-IP": "x.example.com", Selector: "a=1,b=2" },
    ],
  ];
  it.each(rows)("shows %j %j", (spec, status, expected) => {
    expect(cells(service, { metadata, spec, status }, nowMs)).toMatchObject(expected);
  });
});

describe("Endpoints", () => {
  it("show the first three, and how many there are besides", () => {
    const addresses = ["10.42.0.2", "10.42.0.3"].map((ip) => ({ ip }));
    const both = [
      { name: "a", port: 80 },
      { name: "b", port: 81 },
    ];
    expect(cells(endpoints, { metadata, subsets: [{ addresses, ports: both }] }, nowMs)).toMatchObject({
      Endpoints: "10.42.0.2:80,10.42.0.3:80,10.42.0.2:81 + 1 more...",
    });
    expect(cells(endpoints, { metadata }, nowMs)).toMatchObject({ Endpoints: "<none>" });
  });

  const cases: [string, object, string[]][] = [
    ["nothing", {}, ["subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"]],
    [
      "no address",
      { addresses: [{ ip: "b1" }] },
      [
        'subsets[0].addresses[0].ip: Invalid value: "b1": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      ],
    ],
    [
      "whoever asks",
      { notReadyAddresses: [{ ip: "127.0.0.1" }] },
      [
        'subsets[0].notReadyAddresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback or link-local range',
      ],
    ],
    [
      "ports without names",
      { addresses: [{ ip: "10.42.0.2" }], ports: [{ port: 1 }, { port: 2 }] },
      ["subsets[0].ports[0].name: Required value", "subsets[0].ports[1].name: Required value"],
    ],
  ];
  it.each(cases)("may not lead to %s", (_, subset, causes) => {
    expect(wrong(endpoints, { metadata, subsets: [subset] })).toEqual(causes);
  });
});
