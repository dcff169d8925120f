/** Who the board is, and who it has been. */
import type { HostFacts } from "../facts.ts";
import type { Finding } from "../finding.ts";

/** What images call every board that they are flashed to. */
const factoryNames =
  /^(localhost|raspberrypi|raspberry|pi|dietpi|debian|ubuntu|armbian|orangepi\w*|rock\w*|odroid\w*|bananapi\w*|nanopi\w*|jetson|alarm|fedora|(none))$/;
const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;

export function checkIdentity(facts: HostFacts): readonly Finding[] {
  return [...checkHostName(facts), ...checkMachineId(facts), ...checkDirectory(facts), ...checkOthers(facts)];
}

function checkHostName({ system: { hostName }, wanted, fleet }: HostFacts): readonly Finding[] {
  const check = "host-name";
  // Once a member, the board has its name, whatever the host is called.
  if (fleet.identity !== undefined || wanted.name !== undefined) return [];
  const [name = ""] = hostName.toLowerCase().split(".");
  const fix = "hostnamectl set-hostname kitchen-1, or give the board a name at init and join with --name";
  if (!label.test(name)) {
    const why = "a board's name is its Node's: lower-case letters, digits and hyphens";
    return [
      { check, severity: "error", what: `the host name ${JSON.stringify(hostName)} can be no board's`, why, fix },
    ];
  }
  if (!factoryNames.test(name)) return [];
  const why = "the next board from the same image has it too, and a fleet takes each name once";
  return [{ check, severity: "warning", what: `the host name is still ${name}`, why, fix }];
}

function checkMachineId({ system: { machineId } }: HostFacts): readonly Finding[] {
  if (/^[0-9a-f]{32}$/.test(machineId)) return [];
  return [
    {
      check: "machine-id",
      severity: "note",
      what: "/etc/machine-id holds no identity",
      why: "leases of addresses and the journal go by it; boards from one image must not share one",
      fix: "systemd-machine-id-setup, or: dbus-uuidgen > /etc/machine-id",
    },
  ];
}

function checkDirectory({ fleet, wanted: { dataDir } }: HostFacts): readonly Finding[] {
  const check = "former-fleet";
  const { identity, damage, files, links, processId } = fleet;
  if (damage !== undefined) {
    const why = "the board does not know which fleet it belongs to";
    const fix = `restore it from a backup; or start anew: rm -r ${dataDir}, then bramble join`;
    return [{ check, severity: "error", what: damage, why, fix }];
  }
  if (identity !== undefined || processId !== undefined) return [];
  const rests = ["raft", "state", "slice", "pki", "volumes", "voter.json"].filter((name) => files.includes(name));
  const found: Finding[] = [];
  if (rests.length > 0) {
    found.push({
      check,
      severity: "warning",
      what: `${dataDir} holds ${rests.join(", ")}, but belongs to no fleet`,
      why: "a new fleet would find another one's log and volumes there",
      fix: `see that nothing in it is needed any more, then rm -r ${dataDir}`,
    });
  }
  if (links.length > 0) {
    found.push({
      check,
      severity: "warning",
      what: `${links.join(", ")} ${links.length === 1 ? "is" : "are"} left of another fleet, or run from another --data-dir`,
      why: "the interfaces of two fleets on one board have the same names",
      fix: `bramble reset with that --data-dir; where it is gone: ${links.map((name) => `ip link delete ${name}`).join("; ")}`,
    });
  }
  return found;
}

function checkOthers({ fleet: { others } }: HostFacts): readonly Finding[] {
  return others.map(({ name, path }) => ({
    check: "other-orchestrator",
    severity: "warning",
    what: `${name} is installed here (${path})`,
    why: "two orchestrators on one board fight for ports, memory and the packet filter",
    fix:
      name === "k3s" ? "k3s-uninstall.sh (k3s-agent-uninstall.sh on a worker)" : `remove ${name}, or use another board`,
  }));
}
