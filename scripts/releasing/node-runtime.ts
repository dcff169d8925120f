/** The pinned Node of every architecture, from npm's own package for it, kept in `.tools`. */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import type { Architecture } from "./architectures.ts";
import { runTool } from "./run-tool.ts";

const root = join(import.meta.dirname, "../..");

export interface NodeRuntime {
  readonly program: string;
  readonly licence: string;
  /** 24.21.0 */
  readonly version: string;
}

/** Downloads it where it is not there yet. Throws where what came is not what was pinned. */
export async function nodeRuntime({ nodePackage, nodeIntegrity }: Architecture): Promise<NodeRuntime> {
  const version = packageJson.dependencies.node;
  const integrity = nodeIntegrity[version];
  if (integrity === undefined) {
    throw new Error(
      `${nodePackage} ${version} is not pinned: put what \`npm view ${nodePackage}@${version} dist.integrity\` says into scripts/releasing/architectures.ts`,
    );
  }
  const kept = join(root, ".tools", `${nodePackage}-${version}`);
  const runtime = { program: join(kept, "bin/node"), licence: join(kept, "LICENSE"), version };
  if (existsSync(kept)) return runtime;
  mkdirSync(join(root, ".tools"), { recursive: true });
  const scratch = mkdtempSync(join(root, ".tools/node-"));
  try {
    await runTool(["npm", "pack", `${nodePackage}@${version}`, "--pack-destination", scratch], { cwd: scratch });
    const archive = join(scratch, readdirSync(scratch)[0] ?? "");
    const found = `sha512-${createHash("sha512").update(readFileSync(archive)).digest("base64")}`;
    if (found !== integrity)
      throw new Error(`${nodePackage} ${version} is ${found}, pinned is ${integrity}: do not use it`);
    await runTool(["tar", "-xzf", archive, "-C", scratch, "package/bin/node", "package/LICENSE"]);
    chmodSync(join(scratch, "package/bin/node"), 0o755);
    renameSync(join(scratch, "package"), kept);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  return runtime;
}
