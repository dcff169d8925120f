/** The LAN of a lab: a bridge in a namespace of its own, a port a board, and an uplink to the machine. */
import { CommandError, runCommand, runCommandBehind } from "../../src/platform/host/run-command.ts";
import {
  boardNamespace,
  hardwareAddress,
  lanNamespace,
  namespacePath,
  uplinkAddress,
  uplinkName,
} from "./lab-names.ts";
import type { LabBoard, LabRecord } from "./lab-record.ts";
import { bridge, lanEnd } from "./link-shape.ts";

const partitionTable = "bramble_partition";

/** Lays the LAN with an unused subnet, and returns the subnet's number. */
export async function layLan(lab: string): Promise<number> {
  const lan = lanNamespace(lab);
  await runCommand(["ip", "netns", "add", lan]);
  // The LAN is a wire: it must not speak by itself, nor filter what it carries (`-e`: where the kernel can do that).
  const quiet = ["net.ipv6.conf.default.disable_ipv6=1", "net.bridge.bridge-nf-call-iptables=0"];
  await runCommandBehind("nsenter", `--net=${namespacePath(lan)}`)(["sysctl", "-qew", ...quiet]);
  const subnet = await takeSubnet(lan);
  await batchIn(lan, [
    `link add ${bridge} type bridge forward_delay 0`,
    `link set ${bridge} up`,
    `link set uplink master ${bridge} up`,
  ]);
  await batch([`address add ${uplinkAddress(subnet)} dev ${uplinkName(subnet)}`, `link set ${uplinkName(subnet)} up`]);
  return subnet;
}

/** The name of the uplink is the claim to its subnet: of two labs that start at once, one fails and takes the next. */
async function takeSubnet(lan: string): Promise<number> {
  const routes = await runCommand(["ip", "-4", "route", "show", "table", "all"]);
  for (let subnet = 0; subnet < 250; subnet += 1) {
    if (routes.includes(`10.99.${subnet}.`)) continue;
    try {
      await batch([`link add ${uplinkName(subnet)} type veth peer name uplink netns ${lan}`]);
      return subnet;
    } catch (error) {
      if (!(error instanceof CommandError && error.stderr.includes("File exists"))) throw error;
    }
  }
  throw new Error("every subnet of 10.99.0.0/16 is in use on this machine");
}

/** A board's namespace with `eth0`, whose cable ends in a port of the board's own name; unplugged for now. */
export async function layCable(lab: LabRecord, board: LabBoard): Promise<void> {
  const namespace = boardNamespace(lab.name, board.name);
  await runCommand(["ip", "netns", "add", namespace]);
  await batchIn(lanNamespace(lab.name), [
    `link add ${board.name} type veth peer name eth0 netns ${namespace}`,
    `link set ${board.name} master ${bridge}`,
  ]);
  await batchIn(namespace, [
    // The same after every power cut, as a board's is: neighbours remember it.
    `link set eth0 address ${hardwareAddress(lab.subnet, board.number)}`,
    `address add ${board.address}/24 dev eth0`,
    "link set eth0 up",
  ]);
}

/** Takes cable and namespace away, in this order: a namespace that is still cabled lingers. */
export async function removeCable(lab: LabRecord, board: LabBoard): Promise<void> {
  await batchIn(lanNamespace(lab.name), [`link del ${board.name}`]).catch(ignoreAbsent);
  await runCommand(["ip", "netns", "del", boardNamespace(lab.name, board.name)]).catch(ignoreAbsent);
}

export async function setPort(lab: LabRecord, board: LabBoard, state: "up" | "down"): Promise<void> {
  await batchIn(lanNamespace(lab.name), [`link set ${board.name} ${state}`]);
}

/** Lets no frame pass between boards of different groups; boards of no group, and the machine, still reach all. */
export async function partitionLan(lab: LabRecord, groups: readonly (readonly LabBoard[])[]): Promise<void> {
  await healLan(lab);
  const ports = groups.map((group) => group.flatMap(({ name }) => [`"${name}"`, `"${lanEnd(name)}"`]).join(", "));
  const rules = ports.flatMap((from) =>
    ports.filter((to) => to !== from).map((to) => `iifname { ${from} } oifname { ${to} } drop`),
  );
  const chain = `type filter hook forward priority 0; policy accept;\n${rules.join("\n")}`;
  await inLan(lab)(["nft", "-f", "-"], `table bridge ${partitionTable} {\nchain forward {\n${chain}\n}\n}\n`);
}

export async function healLan(lab: LabRecord): Promise<void> {
  await inLan(lab)(["nft", "delete", "table", "bridge", partitionTable]).catch(ignoreAbsent);
}

const inLan = (lab: LabRecord) => runCommandBehind("nsenter", `--net=${namespacePath(lanNamespace(lab.name))}`);

async function batch(lines: readonly string[]): Promise<void> {
  await runCommand(["ip", "-batch", "-"], `${lines.join("\n")}\n`);
}

async function batchIn(namespace: string, lines: readonly string[]): Promise<void> {
  await runCommand(["ip", "-netns", namespace, "-batch", "-"], `${lines.join("\n")}\n`);
}

function ignoreAbsent(error: unknown): void {
  if (!(error instanceof CommandError && /Cannot find device|No such file|Cannot open network/.test(error.stderr)))
    throw error;
}
