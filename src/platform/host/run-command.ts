import { spawn } from "node:child_process";
import { UsageError } from "../../lib/errors.ts";

/** A command that ended with another status than 0. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly stderr: string;
  constructor(command: readonly string[], outcome: string, stderr: string) {
    super(`${command.join(" ")} ${outcome}: ${stderr.trim()}`);
    this.stderr = stderr;
  }
}

/**
 * Runs a program to its end and returns what it printed. Throws `CommandError` on any other status than 0, and
 * `UsageError` naming the Debian package where the program is missing. `input` is its standard input.
 */
export type RunCommand = (command: readonly [string, ...string[]], input?: string) => Promise<string>;

const timeoutMs = 30_000;
const outputBytesMax = 8 * 1024 * 1024;

/** Where Debian keeps the programs that the board's network and mounts are made with. */
const packageOf: Readonly<Record<string, string>> = {
  ip: "iproute2",
  mount: "mount",
  nsenter: "util-linux",
  nft: "nftables",
  sysctl: "procps",
  umount: "mount",
  wg: "wireguard-tools",
  "wireguard-go": "wireguard-go",
};

/** Runs commands on this board. */
export const runCommand: RunCommand = (command, input = "") => runIn([], command, input);

/** Runs commands behind `prefix`, such as `nsenter --target 42 --net`: as another board's. */
export function runCommandBehind(...prefix: string[]): RunCommand {
  return (command, input = "") => runIn(prefix, command, input);
}

function runIn(prefix: readonly string[], command: readonly [string, ...string[]], input: string): Promise<string> {
  const [file = "", ...args] = [...prefix, ...command];
  return new Promise((resolve, reject) => {
    // A fixed language, because some outcomes can be told apart by their message only. The sbin directories, because a
    // service's or a user's path may lack them.
    const { PATH: path = "" } = process.env;
    const env = { ...process.env, LC_ALL: "C", PATH: `${path}:/usr/sbin:/sbin:/usr/bin:/bin` };
    const child = spawn(file, args, { env, timeout: timeoutMs, killSignal: "SIGKILL" });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout = (stdout + text).slice(0, outputBytesMax);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr = (stderr + text).slice(0, outputBytesMax);
    });
    child.on("error", (cause) => reject(isMissing(cause) ? missingProgram(file) : cause));
    child.on("close", (status, signal) => {
      if (status === 0) return resolve(stdout);
      reject(new CommandError(command, signal === null ? `ended with ${status}` : `was ended by ${signal}`, stderr));
    });
    // The child may end without reading: its status says why.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** The one line for a program that is not installed. */
function missingProgram(program: string): UsageError {
  const debianPackage = packageOf[program];
  const remedy = debianPackage === undefined ? "install it" : `install it with: apt-get install ${debianPackage}`;
  return new UsageError(`The program ${program} is missing; ${remedy}`);
}

function isMissing(error: Error): boolean {
  return "code" in error && error.code === "ENOENT";
}
