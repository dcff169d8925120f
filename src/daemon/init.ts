import { keyringText, newEncryptionKey } from "../apiserver/encryption/keyring.ts";
import type { InitOptions, NewBoard } from "../cli/cli-actions.ts";
import { FleetDirectory } from "../platform/host/fleet-directory.ts";
import { createFleetAuthority } from "../platform/pki/fleet-authority.ts";
import { foundingFiles } from "./founding-files.ts";
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
  const pems = await createFleetAuthority(fleet);
  const founder = {
    fleet,
    node,
    voterId: newVoterId(node),
    address,
    ports,
    podCidr,
    ...(sharedBroker !== undefined && { sharedBroker }),
    bootstrap: true,
  };
  const encryptionKeys = keyringText([newEncryptionKey()]);
  await directory.write({ ...(await foundingFiles(founder, pems)), caKeyPem: pems.caKeyPem, encryptionKeys });
  return { fleet, node, address, voter: true };
}
