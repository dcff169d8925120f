/** The end of a lab, however it was left: everything is found by its names, nothing has to be remembered. */
import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { runCommand } from "../../src/platform/host/run-command.ts";
import { removeCgroups } from "./cgroups.ts";
import { cgroupOf, isNamespaceOf, labDirectory, lanNamespace, namespacesDirectory } from "./lab-names.ts";
import { endProcesses, initOf, signal } from "./namespace-processes.ts";

/** Removes processes, namespaces, interfaces, cgroups and directories of a lab. Nothing happens where there is none. */
export async function removeLab(lab: string): Promise<void> {
  const namespaces = listNamespaces().filter((namespace) => isNamespaceOf(lab, namespace));
  for (const namespace of namespaces) {
    const init = initOf(namespace);
    if (init !== undefined) signal(init, "SIGKILL");
  }
  await endProcesses(namespaces);
  const lan = lanNamespace(lab);
  if (namespaces.includes(lan)) {
    // Both ends go at once; with the namespace alone, the machine's end would linger. Absent if `up` was cut short.
    await runCommand(["ip", "-netns", lan, "link", "del", "uplink"]).catch(() => undefined);
  }
  for (const namespace of namespaces) await runCommand(["ip", "netns", "del", namespace]);
  removeCgroups(cgroupOf(lab));
  rmSync(labDirectory(lab), { recursive: true, force: true });
  await removeSharedPlaces();
}

/** What all labs share goes with the last of them. */
async function removeSharedPlaces(): Promise<void> {
  const labs = dirname(labDirectory("any"));
  if (existsSync(labs) && readdirSync(labs).length === 0) {
    rmdirSync(labs);
    removeCgroups(dirname(cgroupOf("any")));
  }
  // iproute2 mounts this directory over itself for the first namespace and leaves it so.
  if (existsSync(namespacesDirectory) && listNamespaces().length === 0) {
    await runCommand(["sh", "-c", `umount ${namespacesDirectory} && rmdir ${namespacesDirectory} || true`]);
  }
}

function listNamespaces(): string[] {
  return existsSync(namespacesDirectory) ? readdirSync(namespacesDirectory) : [];
}
