import type { InitOptions, NewBoard } from "../cli/cli-actions.ts";
import { FleetDirectory } from "../platform/host/fleet-directory.ts";
import { writeKubeconfig } from "../platform/host/kubeconfig.ts";
import { createKeyAndCsr } from "../platform/pki/board-key.ts";
import { createFleetAuthority, openFleetAuthority } from "../platform/pki/fleet-authority.ts";
import { describeBoard, type Machine, newVoterId, thisMachine } from "./new-board.ts";
import { readSharedBroker } from "./shared-broker.ts";

/**
 * Founds a fleet: its CA, this board as its first voter, and the administrator's kubeconfig. Throws `UsageError`, with
 * the directory as it was, where there is a fleet already or the directory cannot be written.
 */
export async function initFleet(options: InitOptions, machine: Machine = thisMachine): Promise<NewBoard> {
  const { fleet, dataDir, ports, podCidr } = options;
  const directory = new FleetDirectory(dataDir);
  await directory.requireEmpty();
  const { node, address } = describeBoard(options, machine);
  const sharedBroker = await readSharedBroker(options);
  const voterId = newVoterId(node);

  const pems = await createFleetAuthority(fleet);
  const authority = openFleetAuthority(pems);
  const { keyPem, csrPem } = await createKeyAndCsr(node);
  const certificatePem = await authority.signBoard({ csrPem, node, address, fleet, voter: voterId });
  const admin = await authority.signAdmin();

  const controlBroker = `${address}:${ports.mqtt}`;
  await directory.write({
    identity: {
      formatVersion: 1,
      fleet,
      node,
      voterId,
      address,
      ports,
      podCidr,
      ...(sharedBroker !== undefined && { sharedBroker }),
      voters: [controlBroker],
      members: [{ id: voterId, node, address: controlBroker, role: "voter" }],
      bootstrap: true,
    },
    pki: { caPem: pems.caPem, certificatePem: `${certificatePem.trim()}\n${pems.caPem}`, keyPem },
    caKeyPem: pems.caKeyPem,
    adminKubeconfig: writeKubeconfig({
      fleet,
      server: `https://${address}:${ports.api}`,
      caPem: pems.caPem,
      ...admin,
    }),
  });
  return { fleet, node, address, voter: true };
}
