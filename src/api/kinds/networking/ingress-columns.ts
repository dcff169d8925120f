/** Ingresses as `kubectl get ingress` shows them. */
import type { Column } from "../../define-resource.ts";
import { ageColumn, nameColumn, orNone } from "../../printing.ts";
import type { Ingress } from "./ingress.ts";

export const ingressColumns: readonly Column<Ingress>[] = [
  nameColumn,
  { name: "Class", description: "Who serves it.", cell: ({ spec }) => orNone(spec.ingressClassName) },
  { name: "Hosts", description: "The hosts that it is for.", cell: hostsText },
  { name: "Address", description: "Where it is reached.", cell: addressText },
  {
    name: "Ports",
    description: "The ports that it is reached at.",
    cell: ({ spec }) => ((spec.tls ?? []).length === 0 ? "80" : "80, 443"),
  },
  ageColumn,
];

const shownMax = 3;

function hostsText({ spec }: Ingress): string {
  const hosts = (spec.rules ?? []).flatMap(({ host }) => (host === undefined ? [] : [host]));
  if (hosts.length === 0) return "*";
  const shown = hosts.slice(0, shownMax).join(",");
  return hosts.length > shownMax ? `${shown} + ${hosts.length - shownMax} more...` : shown;
}

function addressText({ status }: Ingress): string {
  return (status.loadBalancer.ingress ?? []).map(({ ip, hostname }) => ip ?? hostname ?? "").join(",");
}
