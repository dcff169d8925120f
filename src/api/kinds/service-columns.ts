/** Services as `kubectl get services` shows them. */
import type { Column } from "../define-resource.ts";
import { ageColumn, labelsText, nameColumn, orNone } from "../printing.ts";
import type { Service } from "./service.ts";

export const serviceColumns: readonly Column<Service>[] = [
  nameColumn,
  { name: "Type", description: "How the service is reached.", cell: ({ spec }) => spec.type },
  { name: "Cluster-IP", description: "The service's address.", cell: ({ spec }) => orNone(spec.clusterIP) },
  { name: "External-IP", description: "Its addresses for the world outside.", cell: externalText },
  { name: "Port(s)", description: "Its ports.", cell: portsText },
  ageColumn,
  {
    name: "Selector",
    description: "Labels of the pods that it leads to.",
    wide: true,
    cell: ({ spec }) => labelsText(spec.selector),
  },
];

function externalText({ spec, status }: Service): string {
  const { type, externalIPs = [], externalName } = spec;
  if (type === "ExternalName") return orNone(externalName);
  if (type !== "LoadBalancer") return orNone(externalIPs.join(","));
  const balancers = (status.loadBalancer.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? "");
  const all = [...balancers.filter((address) => address !== ""), ...externalIPs];
  return all.length === 0 ? "<pending>" : all.join(",");
}

/** `80/TCP,443:30443/TCP` */
function portsText({ spec }: Service): string {
  const texts = (spec.ports ?? []).map(({ port, nodePort = 0, protocol }) =>
    nodePort > 0 ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  );
  return orNone(texts.join(","));
}
