/** The pod that a proxied request to a service goes to: one of those that can serve, in turn. */
import { z } from "zod";
import { ApiError } from "../../../api/api-error.ts";
import { type EndpointSubset, type Endpoints, endpointsResource } from "../../../api/kinds/endpoints.ts";
import { type Pod, podResource, podSchema } from "../../../api/kinds/pod.ts";
import { isPodReady } from "../../../api/kinds/pod-state.ts";
import { type Service, serviceResource } from "../../../api/kinds/service.ts";
import type { FleetObjects, ObjectName } from "../fleet-objects.ts";
import { type Backend, podBackend, portOfPod, requireProxyable } from "./backend.ts";
import type { ProxyName } from "./proxy-name.ts";

type ServicePort = NonNullable<Service["spec"]["ports"]>[number];

const podListSchema = z.object({ items: z.array(podSchema) });

/** `turn` goes up from request to request. Throws `ApiError`: 404 without the service, 503 where nobody can serve, 400 for an address that is not allowed. */
export async function serviceBackend(
  objects: FleetObjects,
  namespace: string,
  { scheme, name, port }: ProxyName,
  turn: number,
  signal: AbortSignal,
): Promise<Backend> {
  const service = await objects.get(serviceResource, { namespace, name }, signal);
  const wanted = findPort(service, port);
  const endpoints = await findEndpoints(objects, { namespace, name }, signal);
  if (endpoints !== undefined) {
    const { address, number } = chooseAddress(endpoints, name, wanted, turn);
    const pod = await podAt(objects, namespace, address, signal);
    return podBackend(pod, scheme, number);
  }
  // Nobody has listed the service's endpoints: who matches its selector is one.
  const ready = (await selectedPods(objects, namespace, service, signal)).filter(isPodReady);
  const pod = ready[turn % ready.length];
  if (pod === undefined) throw nobody(name);
  return podBackend(pod, scheme, portOfPod(pod, String(wanted.targetPort ?? wanted.port), scheme));
}

function findPort(service: Service, asked: string): ServicePort {
  const ports = service.spec.ports ?? [];
  const [only, ...others] = ports;
  const found =
    asked === "" && others.length === 0
      ? only
      : ports.find((each) => each.name === asked || String(each.port) === asked);
  if (found !== undefined) return found;
  const named = ports.map((each) => each.name ?? String(each.port)).join(", ");
  throw ApiError.serviceUnavailable(
    `no service port "${asked}" found for service "${service.metadata.name}": ask for one of ${named || "none"}`,
  );
}

/** Undefined where there are none. */
async function findEndpoints(
  objects: FleetObjects,
  name: ObjectName,
  signal: AbortSignal,
): Promise<Endpoints | undefined> {
  try {
    return await objects.get(endpointsResource, name, signal);
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.code === 404) return undefined;
    throw thrown;
  }
}

type Address = NonNullable<EndpointSubset["addresses"]>[number];

function chooseAddress({ subsets = [] }: Endpoints, service: string, wanted: ServicePort, turn: number) {
  const choices = subsets.flatMap(({ addresses = [], ports = [] }) => {
    const port = ports.find(({ name = "" }) => name === (wanted.name ?? ""));
    return port === undefined ? [] : addresses.map((address) => ({ address, number: port.port }));
  });
  const chosen = choices[turn % choices.length];
  if (chosen === undefined) throw nobody(service);
  requireProxyable(chosen.address.ip);
  return chosen;
}

async function podAt(
  objects: FleetObjects,
  namespace: string,
  { ip, targetRef }: Address,
  signal: AbortSignal,
): Promise<Pod> {
  if (targetRef?.kind === "Pod" && targetRef.name !== undefined) {
    return objects.pod({ namespace, name: targetRef.name }, signal);
  }
  const fieldSelector = `status.podIP=${ip}`;
  const [pod] = podListSchema.parse(await objects.list(podResource, namespace, { fieldSelector }, signal)).items;
  if (pod !== undefined) return pod;
  throw ApiError.serviceUnavailable(
    `no pod of the namespace has the endpoint's address ${ip}: only pods are proxied to`,
  );
}

async function selectedPods(
  objects: FleetObjects,
  namespace: string,
  { metadata, spec }: Service,
  signal: AbortSignal,
): Promise<readonly Pod[]> {
  const labels = Object.entries(spec.selector ?? {});
  if (labels.length === 0) throw nobody(metadata.name);
  const labelSelector = labels.map(([name, value]) => `${name}=${value}`).join(",");
  return podListSchema.parse(await objects.list(podResource, namespace, { labelSelector }, signal)).items;
}

function nobody(service: string): ApiError {
  return ApiError.serviceUnavailable(`no endpoints available for service "${service}"`);
}
