import { existsSync } from "node:fs";
import { join } from "node:path";
import { type RunCommand, runCommand } from "../../src/platform/host/run-command.ts";
import { kubeconfigPath } from "./lab-names.ts";

/** Where `scripts/setup test` unpacks Debian's kubectl. */
export const toolsDirectory = join(import.meta.dirname, "../../.tools");
const debiansOwn = join(toolsDirectory, "kubectl");

/** Runs `kubectl` as the lab's administrator; Debian's, unpacked by `scripts/setup test`, before one in the path. */
export function kubectlOf(lab: string): (args: readonly string[], input?: string) => ReturnType<RunCommand> {
  const program = existsSync(debiansOwn) ? debiansOwn : "kubectl";
  return (args, input) => runCommand([program, "--kubeconfig", kubeconfigPath(lab), ...args], input);
}
