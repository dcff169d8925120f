/** The directory of the voter that a fleet begins with, be it a new fleet or one restored from a snapshot. */
import type { FleetFiles } from "../platform/host/fleet-directory.ts";
import { writeKubeconfig } from "../platform/host/kubeconfig.ts";
import { createKeyAndCsr } from "../platform/pki/board-key.ts";
import { type AuthorityPems, openFleetAuthority } from "../platform/pki/fleet-authority.ts";
import type { VoterId } from "../replication/ports.ts";

type Identity = FleetFiles["identity"];

export interface Founder extends Pick<Identity, "fleet" | "node" | "address" | "ports" | "podCidr" | "sharedBroker"> {
  readonly voterId: VoterId;
  /** Whether its log begins empty; a restored one begins with the snapshot. */
  readonly bootstrap: boolean;
}

/** The founder's certificate and the administrator's kubeconfig come with new keys. */
export async function foundingFiles(founder: Founder, pems: AuthorityPems): Promise<Omit<FleetFiles, "caKeyPem">> {
  const { fleet, node, address, ports, voterId } = founder;
  const { caPem } = pems;
  const authority = openFleetAuthority(pems);
  const { keyPem, csrPem } = await createKeyAndCsr(node);
  const certificatePem = await authority.signBoard({ csrPem, node, address, fleet, voter: voterId });
  const broker = `${address}:${ports.mqtt}`;
  return {
    identity: {
      formatVersion: 1,
      ...founder,
      voters: [broker],
      members: [{ id: voterId, node, address: broker, role: "voter" }],
    },
    pki: { caPem, certificatePem: `${certificatePem.trim()}\n${caPem}`, keyPem },
    adminKubeconfig: writeKubeconfig({
      fleet,
      server: `https://${address}:${ports.api}`,
      caPem,
      ...(await authority.signAdmin()),
    }),
  };
}
