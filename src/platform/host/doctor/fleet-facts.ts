import { join } from "node:path";
import type { FleetFacts } from "../../../doctor/facts.ts";
import type { HostRoot } from "../../../doctor/ports.ts";
import { messageOf, UsageError } from "../../../lib/errors.ts";
import { bridgeName, tunnelName } from "../../../network/ports.ts";
import { type BoardIdentity, parseIdentity } from "../fleet-directory.ts";
import type { Process } from "./processes.ts";

const orchestrators = [
  { name: "k3s", path: "/var/lib/rancher/k3s" },
  { name: "kubelet", path: "/var/lib/kubelet/config.yaml" },
  { name: "MicroK8s", path: "/var/snap/microk8s" },
  { name: "k0s", path: "/var/lib/k0s" },
  { name: "KubeEdge", path: "/etc/kubeedge" },
  { name: "Nomad", path: "/opt/nomad/data" },
] as const;

export interface ReadFleet {
  readonly facts: FleetFacts;
  readonly identity: BoardIdentity | undefined;
}

export async function readFleetFacts(
  root: HostRoot,
  dataDir: string,
  processes: readonly Process[],
): Promise<ReadFleet> {
  const { identity, damage } = await readIdentity(root, join(dataDir, "identity.json"));
  const links = await root.names("/sys/class/net");
  const present = await Promise.all(orchestrators.map(({ path }) => root.exists(path)));
  return {
    identity,
    facts: {
      identity: identity && {
        fleet: identity.fleet,
        node: identity.node,
        isVoter: identity.voterId !== undefined,
        address: identity.address,
      },
      damage,
      files: await root.names(dataDir),
      // Whoever runs the board holds its slice open.
      processId: processes.find(({ open }) => open.some((path) => path.startsWith(`${dataDir}/`)))?.id,
      links: [bridgeName, tunnelName].filter((name) => links.includes(name)),
      others: orchestrators.filter((_, index) => present[index]),
    },
  };
}

async function readIdentity(
  root: HostRoot,
  path: string,
): Promise<{ readonly identity?: BoardIdentity; readonly damage: string | undefined }> {
  const text = await root.text(path);
  if (text === undefined) return { damage: undefined };
  try {
    return { identity: parseIdentity(text, path), damage: undefined };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { damage: messageOf(error) };
  }
}
