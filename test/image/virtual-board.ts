/** A whole arm64 board, emulated by QEMU, with its cable in a lab's LAN. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { runCommand } from "../../src/platform/host/run-command.ts";
import { lanNamespace, namespacePath } from "../lab/lab-names.ts";
import { bridge } from "../lab/link-shape.ts";

const port = "virt-lan";
const firmware = "/usr/share/qemu-efi-aarch64/QEMU_EFI.fd";
/** Emulation on a busy machine turns seconds into minutes. */
const commandMsMax = 180_000;
const outputBytesMax = 64 * 1024 * 1024;
const hardwareAddress = "02:b0:00:00:fe:01";

export interface VirtualBoard {
  /** Ends the emulator at once: nothing is flushed that was not flushed. */
  cutPower(): Promise<void>;
  readonly hasPower: boolean;
}

/** Lays the cable; it goes with the lab. */
export async function layVirtualCable(lab: string): Promise<void> {
  const ip = (...args: string[]) => runCommand(["ip", "-netns", lanNamespace(lab), ...args]);
  await ip("tuntap", "add", "dev", port, "mode", "tap");
  await ip("link", "set", port, "master", bridge, "up");
}

/** `disk` is written to; what the board says on its serial line is appended to `console`. */
export function startVirtualBoard(lab: string, disk: string, console: string): VirtualBoard {
  const log = openSync(console, "a");
  const child = spawn(
    "nsenter",
    [
      `--net=${namespacePath(lanNamespace(lab))}`,
      "qemu-system-aarch64",
      ..."-machine virt -cpu cortex-a72 -smp 2 -m 1024 -no-reboot -nographic -monitor none -serial stdio".split(" "),
      "-bios",
      firmware,
      "-drive",
      `file=${disk},if=virtio,format=raw`,
      "-netdev",
      `tap,id=lan,ifname=${port},script=no,downscript=no`,
      "-device",
      `virtio-net-pci,netdev=lan,mac=${hardwareAddress}`,
      "-device",
      "virtio-rng-pci",
    ],
    { stdio: ["ignore", log, log] },
  );
  closeSync(log);
  const ended = once(child, "exit");
  return {
    async cutPower() {
      child.kill("SIGKILL");
      await ended;
    },
    get hasPower() {
      return isRunning(child);
    },
  };
}

function isRunning({ exitCode, signalCode }: ChildProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Runs a line of shell as root on a board that knows the key, and returns what it printed. `input` is its standard input. */
export type OnBoard = (line: string, input?: string) => Promise<string>;

export function secureShell(address: string, keyFile: string): OnBoard {
  const options =
    "BatchMode=yes StrictHostKeyChecking=no UserKnownHostsFile=/dev/null LogLevel=ERROR ConnectTimeout=30".split(" ");
  const args = ["-i", keyFile, ...options.flatMap((option) => ["-o", option]), `root@${address}`];
  return (line, input = "") =>
    new Promise((resolve, reject) => {
      const child = execFile(
        "ssh",
        [...args, line],
        { timeout: commandMsMax, maxBuffer: outputBytesMax },
        (error, stdout, stderr) => {
          if (error === null) resolve(stdout);
          else reject(new Error(`${line}: ${error.message} ${stderr}`, { cause: error }));
        },
      );
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    });
}
