import { existsSync } from "node:fs";
import { join } from "node:path";
import { type RunCommand, runCommand } from "../../src/platform/host/run-command.ts";
import { kubeconfigPath } from "./lab-names.ts";

/** Where `scripts/setup test` unpacks Debian's kubectl. */
export const toolsDirectory = join(import.meta.dirname, "../../.tools");
const debiansOwn = join(toolsDirectory, "kubectl");

/** Debian's, unpacked by `scripts/setup test`, before one in the path. */
export function kubectlProgram(): string {
  return existsSync(debiansOwn) ? debiansOwn : "kubectl";
}

/** Runs `kubectl` as the lab's administrator. */
export function kubectlOf(lab: string): (args: readonly string[], input?: string) => ReturnType<RunCommand> {
  return (args, input) => runCommand([kubectlProgram(), "--kubeconfig", kubeconfigPath(lab), ...args], input);
}
