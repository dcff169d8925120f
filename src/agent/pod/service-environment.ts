/** The variables under which every container finds the API, as Kubernetes' clients look for them. */
import { kubernetesServiceAddress as address, kubernetesServicePort as port } from "../../api/kubernetes-service.ts";

const url = `tcp://${address}:${port}`;

export const kubernetesVariables: readonly (readonly [string, string])[] = [
  ["KUBERNETES_SERVICE_HOST", address],
  ["KUBERNETES_SERVICE_PORT", `${port}`],
  ["KUBERNETES_SERVICE_PORT_HTTPS", `${port}`],
  ["KUBERNETES_PORT", url],
  [`KUBERNETES_PORT_${port}_TCP`, url],
  [`KUBERNETES_PORT_${port}_TCP_PROTO`, "tcp"],
  [`KUBERNETES_PORT_${port}_TCP_PORT`, `${port}`],
  [`KUBERNETES_PORT_${port}_TCP_ADDR`, address],
];
