/** How the `bramble` command finds the administrator's files and reaches the fleet with them. */
import { readFile } from "node:fs/promises";
import type { AdministratorFiles, ExecRequest, FleetConnection } from "../cli/cli-actions.ts";
import { messageOf, UsageError } from "../lib/errors.ts";
import { executeInPod } from "../platform/host/exec-client.ts";
import { FleetDirectory } from "../platform/host/fleet-directory.ts";
import { HttpsTransport } from "../platform/host/https-transport.ts";
import { readKubeconfig } from "../platform/host/kubeconfig.ts";
import { certificateSha256 } from "../platform/pki/fingerprint.ts";

/** Throws `UsageError` where this board has none: only the founding voter is given one. */
export async function administratorKubeconfig({ dataDir, kubeconfig }: AdministratorFiles) {
  const path = kubeconfig ?? new FleetDirectory(dataDir).adminKubeconfigPath;
  try {
    return { path, text: await readFile(path, "utf8") };
  } catch (cause) {
    throw new UsageError(
      `the administrator's kubeconfig cannot be read (${messageOf(cause)}): run this as root on the board that founded the fleet, or give --kubeconfig`,
      { cause },
    );
  }
}

/** How to ask the fleet as its administrator. Throws `UsageError`. */
export async function administratorTransport(files: AdministratorFiles) {
  const { path, text } = await administratorKubeconfig(files);
  const { server: url, namespace, fleet, ...credentials } = readKubeconfig(text, path);
  const { host } = new URL(url);
  const server = host.includes(":") ? host : `${host}:443`;
  const at = (voter: string) => new HttpsTransport({ ...credentials, server: voter });
  return { transport: at(server), at, fleet, caPem: credentials.caPem, server, namespace: namespace ?? "default" };
}

export async function connectAsAdministrator(files: AdministratorFiles): Promise<FleetConnection> {
  const { transport, at, fleet, caPem, server, namespace } = await administratorTransport(files);
  const text: FleetConnection["text"] = (path, query, signal) => transport.stream(path, query, signal);
  return { api: transport, at, fleet, text, namespace, caSha256: certificateSha256(caPem), server };
}

/** Runs a program in a pod, joined to this process's terminal. Throws `ApiError` and `UsageError`. */
export async function executeAsAdministrator(files: AdministratorFiles, request: ExecRequest): Promise<number> {
  const { path, text } = await administratorKubeconfig(files);
  const user = readKubeconfig(text, path);
  return executeInPod(user, { ...request, namespace: request.namespace ?? user.namespace ?? "default" }, process);
}
