/** No pod of the board may hold a host port that this pod wants. */
import type { Pod } from "../../api/kinds/pod.ts";
import type { Filter } from "../candidate.ts";

interface HostPort {
  readonly protocol: string;
  readonly port: number;
  readonly address: string;
}

const everyAddress = "0.0.0.0";

function hostPorts(pod: Pod): readonly HostPort[] {
  return pod.spec.containers.flatMap((container) =>
    (container.ports ?? []).flatMap(({ hostPort, containerPort, hostIP, protocol }) => {
      const port = hostPort ?? (pod.spec.hostNetwork === true ? containerPort : 0);
      return port > 0 ? [{ port, protocol, address: hostIP ?? everyAddress }] : [];
    }),
  );
}

function clash(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.address === b.address || a.address === everyAddress || b.address === everyAddress;
}

export const hostPortsFree: Filter = {
  name: "host-ports-free",
  check({ pod }, { pods }) {
    const wanted = hostPorts(pod);
    return wanted.length === 0 || !pods.flatMap(hostPorts).some((held) => wanted.some((port) => clash(port, held)));
  },
  explain: (placement, candidate) =>
    hostPortsFree.check(placement, candidate) ? [] : ["node(s) didn't have free ports for the requested pod ports"],
};
