/** The `kubernetes` Service and what stands behind it: the voters, each of which serves the API. */
import type { EndpointSlice } from "../../api/kinds/discovery/endpoint-slice.ts";
import type { Endpoints } from "../../api/kinds/endpoints.ts";
import type { Service } from "../../api/kinds/service.ts";
import {
  kubernetesServiceAddress,
  kubernetesServicePort,
  kubernetesServiceName as name,
  kubernetesServiceNamespace as namespace,
} from "../../api/kubernetes-service.ts";
import { sameJson } from "../../lib/same-json.ts";

const portName = "https";
const protocol = "TCP";

export interface ApiServers {
  /** IPv4 addresses of the voters' boards. */
  readonly addresses: readonly string[];
  readonly port: number;
}

export function wantedService({ port }: ApiServers): Service {
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace, labels: { component: "apiserver", provider: "kubernetes" } },
    spec: {
      type: "ClusterIP",
      clusterIP: kubernetesServiceAddress,
      clusterIPs: [kubernetesServiceAddress],
      ipFamilies: ["IPv4"],
      ipFamilyPolicy: "SingleStack",
      internalTrafficPolicy: "Cluster",
      sessionAffinity: "None",
      ports: [{ name: portName, port: kubernetesServicePort, protocol, targetPort: port }],
    },
    status: { loadBalancer: {} },
  };
}

/** What `current` should be; undefined where it is. */
export function planEndpoints(current: Endpoints | undefined, servers: ApiServers): Endpoints | undefined {
  const ports = [{ name: portName, port: servers.port, protocol } as const];
  const addresses = sorted(servers).map((ip) => ({ ip }));
  const subsets = addresses.length === 0 ? [] : [{ addresses, ports }];
  if (current !== undefined && sameJson(current.subsets ?? [], subsets)) return undefined;
  const metadata = { name, namespace, labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } };
  return { apiVersion: "v1", kind: "Endpoints", metadata: current?.metadata ?? metadata, subsets };
}

/** As `planEndpoints`. */
export function planEndpointSlice(current: EndpointSlice | undefined, servers: ApiServers): EndpointSlice | undefined {
  const endpoints = sorted(servers).map((address) => ({ addresses: [address], conditions: { ready: true } }));
  const ports = [{ name: portName, port: servers.port, protocol } as const];
  if (current !== undefined && sameJson([current.endpoints, current.ports], [endpoints, ports])) return undefined;
  const metadata = { name, namespace, labels: { "kubernetes.io/service-name": name } };
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: current?.metadata ?? metadata,
    addressType: "IPv4",
    endpoints,
    ports,
  };
}

function sorted({ addresses }: ApiServers): readonly string[] {
  return [...new Set(addresses)].sort();
}
