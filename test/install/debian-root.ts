/** A Debian system of the tests' own, booted beside the machine's: its own systemd, engine, files and network. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runTool } from "../../scripts/releasing/run-tool.ts";
import { waitUntil } from "../lab/wait-until.ts";

/** What `install.sh` would install itself, had these systems a link to the distribution. */
const packages = [
  "systemd",
  "systemd-sysv",
  "dbus",
  "docker.io",
  "iproute2",
  "wireguard-tools",
  "wireguard-go",
  "nftables",
  "iptables",
  "procps",
  "ca-certificates",
  "kmod",
];
const bootMs = 120_000;
const lan = "bramble-install";

export interface DebianRoot {
  readonly name: string;
  readonly address: string;
  readonly directory: string;
  /** Runs a program in it and returns what it printed, errors too. Throws where it fails. */
  run(...command: string[]): Promise<string>;
  /** Every file it has, but for what lives in memory. */
  files(): Promise<string[]>;
  stop(): Promise<void>;
}

/** Writes the archive that all roots are unpacked from. */
export async function makeDebianArchive(path: string): Promise<void> {
  await runTool(["mmdebstrap", "--quiet", "--variant=minbase", `--include=${packages.join(",")}`, "bookworm", path]);
}

/** A network of its own, which reaches neither the machine nor anything else. */
export async function layLan(): Promise<void> {
  await removeLan();
  await runTool(["ip", "netns", "add", lan]);
  await runTool(["ip", "-n", lan, "link", "add", "br0", "type", "bridge"]);
  await runTool(["ip", "-n", lan, "link", "set", "br0", "up"]);
}

export async function removeLan(): Promise<void> {
  await runTool(["ip", "netns", "delete", lan]).catch(() => {});
}

/** Unpacks and boots one, number `index` on the network, and waits until its services are up. */
export async function bootDebian(archive: string, scratch: string, index: number): Promise<DebianRoot> {
  const name = `b${index}`;
  const namespace = `${lan}-${name}`;
  const address = `10.98.77.${index}`;
  const directory = join(scratch, name);
  mkdirSync(directory);
  await runTool(["tar", "-xf", archive, "-C", directory]);
  writeFileSync(join(directory, "etc/hostname"), `${name}\n`);
  await plug(namespace, name, address);

  const logPath = join(scratch, `${name}.log`);
  const log = openSync(logPath, "a");
  const child = spawn(
    "systemd-nspawn",
    [
      ...["--quiet", "--directory", directory, "--boot", "--register=no", "--keep-unit", `--machine=${name}`],
      ...["--capability=all", "--system-call-filter=add_key keyctl bpf @mount @keyring", "--bind=/dev/net/tun"],
      ...[
        `--network-namespace-path=/run/netns/${namespace}`,
        "--resolv-conf=off",
        "--timezone=off",
        "--console=passive",
      ],
    ],
    // An engine needs a /proc/sys that it can write.
    { stdio: ["ignore", log, log], env: { ...process.env, SYSTEMD_NSPAWN_API_VFS_WRITABLE: "1" } },
  );
  closeSync(log);
  const ended = once(child, "exit");
  const enter = (init: number, command: readonly string[]) =>
    runTool(["nsenter", `--target=${init}`, "--all", "sh", "-c", 'exec 2>&1; exec "$@"', "sh", ...command]);

  let init = 0;
  await waitUntil(`${name} boots (see ${logPath})`, bootMs, async () => {
    init = childOf(child.pid ?? 0) ?? 0;
    return (
      init !== 0 &&
      (await enter(init, ["systemctl", "is-active", "docker"]).then(
        () => true,
        () => false,
      ))
    );
  });
  // Nspawn shows the controllers to look at only; an engine makes groups in them.
  const controllers = "for group in /sys/fs/cgroup/*/; do mount -o remount,rw,bind $group || true; done";
  await enter(init, ["sh", "-c", controllers]);

  return {
    name,
    address,
    directory,
    run: (...command) => enter(init, command),
    async files() {
      const found = await enter(init, ["find", "/", "-xdev", "-not", "-path", "/tmp/*", "-not", "-path", "/release*"]);
      return found
        .split("\n")
        .filter((path) => path !== "")
        .sort();
    },
    async stop() {
      // Nspawn alone would leave them all running; their first process takes the others with it, and nspawn follows.
      if (init === 0) child.kill("SIGKILL");
      else process.kill(init, "SIGKILL");
      await ended;
      await runTool(["ip", "netns", "delete", namespace]).catch(() => {});
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function plug(namespace: string, port: string, address: string): Promise<void> {
  await runTool(["ip", "netns", "delete", namespace]).catch(() => {});
  await runTool(["ip", "netns", "add", namespace]);
  const ends = ["type", "veth", "peer", "name", port, "netns", lan];
  await runTool(["ip", "link", "add", "name", "host0", "netns", namespace, ...ends]);
  await runTool(["ip", "-n", lan, "link", "set", port, "master", "br0", "up"]);
  await runTool(["ip", "-n", namespace, "link", "set", "lo", "up"]);
  await runTool(["ip", "-n", namespace, "address", "add", `${address}/24`, "dev", "host0"]);
  await runTool(["ip", "-n", namespace, "link", "set", "host0", "up"]);
}

/** The first process of the system that `pid` keeps. */
function childOf(pid: number): number | undefined {
  try {
    const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ");
    return child === undefined || child.trim() === "" ? undefined : Number(child);
  } catch {
    return undefined;
  }
}
