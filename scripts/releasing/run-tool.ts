import { spawn } from "node:child_process";

/** Runs a tool of the release to its end and returns what it printed. Throws with what it said, where it fails. */
export function runTool(command: readonly string[], options: { readonly cwd?: string } = {}): Promise<string> {
  const [file = "", ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", (cause) => reject(new Error(`cannot run ${file}: scripts/setup release installs it`, { cause })));
    child.on("close", (status, signal) => {
      if (status === 0) resolve(stdout);
      else reject(new Error(`${command.join(" ")} ended with ${signal ?? status}: ${stderr.trim() || stdout.trim()}`));
    });
  });
}
