/**
 * Lets the mesh through Docker's filter: an engine that found `ip_forward` off sets the policy of FORWARD to DROP. What
 * passes DOCKER-USER is left alone by Docker, and that chain survives its restarts.
 */

import { UsageError } from "../../lib/errors.ts";
import { bridgeName, type ForwardFilter, tunnelName } from "../../network/ports.ts";
import { CommandError, type RunCommand } from "./run-command.ts";

const chain = "DOCKER-USER";
const rules: readonly (readonly string[])[] = [
  ["-i", bridgeName, "-j", "ACCEPT"],
  ["-i", tunnelName, "-o", bridgeName, "-j", "ACCEPT"],
  ["-o", bridgeName, "-m", "conntrack", "--ctstate", "RELATED,ESTABLISHED", "-j", "ACCEPT"],
];

export function createDockerForwardFilter(run: RunCommand): ForwardFilter {
  /** The chain as `-A` lines, or undefined where there is none, or no iptables to ask. */
  const listChain = async (): Promise<string | undefined> => {
    try {
      return await run(["iptables", "-w", "-S", chain]);
    } catch (error) {
      if (error instanceof CommandError || error instanceof UsageError) return undefined;
      throw error;
    }
  };

  return {
    async accept() {
      const listed = await listChain();
      if (listed === undefined) return;
      for (const rule of rules) {
        if (!holds(listed, rule)) await run(["iptables", "-w", "-I", chain, ...rule]);
      }
    },

    async withdraw() {
      const listed = (await listChain()) ?? "";
      for (const rule of rules) {
        if (holds(listed, rule)) await run(["iptables", "-w", "-D", chain, ...rule]);
      }
    },
  };
}

function holds(listed: string, rule: readonly string[]): boolean {
  return listed.split("\n").includes(`-A ${chain} ${rule.join(" ")}`);
}
