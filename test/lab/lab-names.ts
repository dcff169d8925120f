/** Everything a lab is called on its machine, so that labs do not meet and `down` finds all of it. */
import { join } from "node:path";
import { UsageError } from "../../src/lib/errors.ts";

const labsDirectory = "/var/lib/bramble-lab";

export const labDirectory = (lab: string): string => join(labsDirectory, lab);
export const labRecordPath = (lab: string): string => join(labDirectory(lab), "lab.json");
export const kubeconfigPath = (lab: string): string => join(labDirectory(lab), "kubeconfig");

export const lanNamespace = (lab: string): string => `lab-${lab}-lan`;
export const boardNamespace = (lab: string, board: string): string => `lab-${lab}-${board}`;
export const namespacesDirectory = "/run/netns";
export const namespacePath = (namespace: string): string => join(namespacesDirectory, namespace);
/** Whether a network namespace is one of this lab's, and not of another lab whose name begins alike. */
export function isNamespaceOf(lab: string, namespace: string): boolean {
  return namespace.startsWith(`lab-${lab}-`) && /^(lan|b\d+)$/.test(namespace.slice(`lab-${lab}-`.length));
}

export const cgroupOf = (lab: string): string => `/bramble-lab/${lab}`;

/** The machine's own end of the lab's LAN; its number is that of the LAN's subnet. */
export const uplinkName = (subnet: number): string => `bramble-lab${subnet}`;
export const uplinkAddress = (subnet: number): string => `10.99.${subnet}.254/24`;
export const boardAddress = (subnet: number, board: number): string => `10.99.${subnet}.${board}`;

export const hardwareAddress = (subnet: number, board: number): string =>
  ["02", "b0", "00", "00", ...[subnet, board].map((octet) => octet.toString(16).padStart(2, "0"))].join(":");

/** Where a board keeps its things. */
export function boardPaths(lab: string, board: string) {
  const directory = join(labDirectory(lab), board);
  return {
    directory,
    record: join(directory, "board.json"),
    engineData: join(directory, "docker"),
    engineSocket: join(directory, "docker.sock"),
    bramble: join(directory, "bramble"),
    logs: join(directory, "log"),
  };
}

/** Throws `UsageError` for a name that would not fit into names of namespaces, cgroups and directories. */
export function checkLabName(lab: string): void {
  if (/^[a-z0-9][a-z0-9-]{0,19}$/.test(lab)) return;
  throw new UsageError(`'${lab}' is no lab name: use up to 20 lower-case letters, digits and hyphens`);
}
