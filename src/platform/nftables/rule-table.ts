import { type RuleTable, tableName } from "../../network/ports.ts";
import { CommandError, type RunCommand } from "../host/run-command.ts";

/** The table `ip bramble` through `nft -f`, which takes a whole rule set or none of it. */
export function createRuleTable(run: RunCommand): RuleTable {
  let applied: { readonly ruleset: string; readonly listed: string | undefined } | undefined;

  const list = async (): Promise<string | undefined> => {
    try {
      return await run(["nft", "--stateless", "list", "table", "ip", tableName]);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  };

  return {
    async ensure(ruleset) {
      // The kernel prints rules in words of its own, so its print of what was applied last is what is compared.
      if (applied?.ruleset === ruleset && applied.listed !== undefined && applied.listed === (await list())) return;
      await run(["nft", "-f", "-"], ruleset);
      applied = { ruleset, listed: await list() };
    },

    async remove() {
      applied = undefined;
      try {
        await run(["nft", "delete", "table", "ip", tableName]);
      } catch (error) {
        if (!isAbsent(error)) throw error;
      }
    },
  };
}

function isAbsent(error: unknown): boolean {
  return error instanceof CommandError && error.stderr.includes("No such file or directory");
}
