/** What stands behind a proxy's path: a port of a pod, which only the pod's own board can reach. */
import { ApiError } from "../../../api/api-error.ts";
import type { Pod } from "../../../api/kinds/pod.ts";
import { boardOf } from "../find-container.ts";
import { parsePort } from "../port-forward/parse-port.ts";
import { isProxyable } from "./proxyable-address.ts";

export interface Backend {
  readonly scheme: "http" | "https";
  readonly board: string;
  readonly namespace: string;
  readonly pod: string;
  readonly uid: string;
  /** The pod's. */
  readonly address: string;
  readonly port: number;
}

const schemePorts = { http: 80, https: 443 };

/** Throws `ApiError`. */
export function podBackend(pod: Pod, scheme: "http" | "https", port: number): Backend {
  const { name, namespace = "", uid = "" } = pod.metadata;
  const board = boardOf(pod);
  const address = pod.status.podIP ?? "";
  if (address === "") {
    throw ApiError.serviceUnavailable(`pod "${name}" has no address yet: try again when it is running`);
  }
  requireProxyable(address);
  return { scheme, board, namespace, pod: name, uid, address, port };
}

/** Without a port, the first that a container names. Throws `ApiError` (400). */
export function portOfPod(pod: Pod, port: string, scheme: "http" | "https"): number {
  const ports = pod.spec.containers.flatMap((container) => container.ports ?? []);
  if (port === "") return ports[0]?.containerPort ?? schemePorts[scheme];
  const number = parsePort(port) ?? ports.find(({ name }) => name === port)?.containerPort;
  if (number === undefined) throw ApiError.badRequest(`pod "${pod.metadata.name}" has no port "${port}"`);
  return number;
}

/** Throws `ApiError` (400). */
export function requireProxyable(address: string): void {
  if (!isProxyable(address)) throw ApiError.badRequest(`address not allowed: nothing is proxied to ${address}`);
}
