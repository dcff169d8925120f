import { expect, it } from "vitest";
import { endpointSliceResource } from "../../api/kinds/discovery/endpoint-slice.ts";
import { endpointsResource } from "../../api/kinds/endpoints.ts";
import { serviceResource } from "../../api/kinds/service.ts";
import { planEndpointSlice, planEndpoints, wantedService } from "./plan.ts";

const servers = { addresses: ["10.99.0.3", "10.99.0.1", "10.99.0.2"], port: 6443 };

it("the kubernetes Service leads to every voter, in an order that does not change", () => {
  expect(wantedService(servers).spec).toMatchObject({
    clusterIP: "10.43.0.1",
    ports: [{ port: 443, targetPort: 6443 }],
  });
  expect(planEndpoints(undefined, servers)?.subsets).toEqual([
    {
      addresses: [{ ip: "10.99.0.1" }, { ip: "10.99.0.2" }, { ip: "10.99.0.3" }],
      ports: [{ name: "https", port: 6443, protocol: "TCP" }],
    },
  ]);
  expect(planEndpointSlice(undefined, servers)).toMatchObject({
    metadata: { labels: { "kubernetes.io/service-name": "kubernetes" } },
    endpoints: [{ addresses: ["10.99.0.1"] }, { addresses: ["10.99.0.2"] }, { addresses: ["10.99.0.3"] }],
  });
});

it("what is planned is valid, and planned once", () => {
  const endpoints = endpointsResource.schema.parse(planEndpoints(undefined, servers));
  const slice = endpointSliceResource.schema.parse(planEndpointSlice(undefined, servers));
  const service = serviceResource.schema.parse(wantedService(servers));
  expect(serviceResource.validate(service)).toEqual([]);
  expect(endpointsResource.validate(endpoints)).toEqual([]);
  expect(endpointSliceResource.validate(slice)).toEqual([]);
  expect(planEndpoints(endpoints, servers)).toBeUndefined();
  expect(planEndpointSlice(slice, servers)).toBeUndefined();
});

it("a voter that came or went changes both, and nothing else of them", () => {
  const fewer = { ...servers, addresses: ["10.99.0.1"] };
  const endpoints = endpointsResource.schema.parse({
    ...planEndpoints(undefined, servers),
    metadata: { name: "kubernetes", uid: "u" },
  });
  expect(planEndpoints(endpoints, fewer)).toMatchObject({
    metadata: { uid: "u" },
    subsets: [{ addresses: [{ ip: "10.99.0.1" }] }],
  });
  const slice = endpointSliceResource.schema.parse(planEndpointSlice(undefined, servers));
  expect(planEndpointSlice(slice, fewer)?.endpoints).toHaveLength(1);
});
