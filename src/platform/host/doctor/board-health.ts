/** What the board's own sensors, clocks and name files say. */
import type { ClockFacts, PowerFacts, SystemFacts } from "../../../doctor/facts.ts";
import type { HostRoot } from "../../../doctor/ports.ts";
import { hasBatteryClock, timesyncPath } from "./clock-keeper.ts";
import type { Process } from "./processes.ts";

const bytesPerKibibyte = 1024;
const throttledPath = "/sys/devices/platform/soc/soc:firmware/get_throttled";
const timeDaemons: Readonly<Record<string, string>> = {
  // The kernel cuts names at 15 characters.
  "systemd-timesyn": "systemd-timesyncd",
  chronyd: "chronyd",
  ntpd: "ntpd",
  openntpd: "openntpd",
  ptp4l: "ptp4l",
};

export async function readSystemFacts(root: HostRoot): Promise<SystemFacts> {
  const model = ((await root.text("/proc/device-tree/model")) ?? "").replaceAll("\0", "").trim();
  const pages = /^KernelPageSize: +(\d+) kB$/m.exec((await root.text("/proc/self/smaps")) ?? "")?.[1];
  const memory = /^MemTotal: +(\d+) kB$/m.exec((await root.text("/proc/meminfo")) ?? "")?.[1];
  const entropy = await root.text("/proc/sys/kernel/random/entropy_avail");
  const randomDevice = ((await root.text("/sys/class/misc/hw_random/rng_current")) ?? "none").trim();
  return {
    model: model === "" ? undefined : model,
    kernelRelease: ((await root.text("/proc/sys/kernel/osrelease")) ?? "").trim(),
    pageBytes: pages === undefined ? undefined : Number(pages) * bytesPerKibibyte,
    memoryBytes: memory === undefined ? undefined : Number(memory) * bytesPerKibibyte,
    hostName: ((await root.text("/proc/sys/kernel/hostname")) ?? "").trim(),
    machineId: ((await root.text("/etc/machine-id")) ?? "").trim(),
    hasSystemd: await root.exists("/run/systemd/system"),
    entropyBits: entropy === undefined ? undefined : Number(entropy),
    hasRandomDevice: randomDevice !== "none" && randomDevice !== "",
  };
}

export async function readClockFacts(
  root: HostRoot,
  processes: readonly Process[],
  times: Pick<ClockFacts, "nowMs" | "floorMs">,
): Promise<ClockFacts> {
  const daemon = processes.map(({ program }) => timeDaemons[program]).find((name) => name !== undefined);
  return {
    ...times,
    hasRealTimeClock: await hasBatteryClock(root),
    timeDaemon: daemon,
    isSynchronized: daemon === "systemd-timesyncd" ? await root.exists(timesyncPath) : undefined,
  };
}

export async function readPowerFacts(root: HostRoot): Promise<PowerFacts> {
  return {
    throttled: await readThrottled(root),
    isUnderVoltage: await readVoltageAlarm(root),
    temperatureC: await readTemperature(root),
  };
}

/** Older kernels have a file, newer ones only the firmware's own command. */
async function readThrottled(root: HostRoot): Promise<number | undefined> {
  const text =
    (await root.text(throttledPath)) ?? (await root.run(["vcgencmd", "get_throttled"]).catch(() => undefined));
  const flags = /(?:throttled=0x|^)([0-9a-f]+)/i.exec(text?.trim() ?? "")?.[1];
  return flags === undefined ? undefined : Number.parseInt(flags, 16);
}

async function readVoltageAlarm(root: HostRoot): Promise<boolean | undefined> {
  for (const sensor of await root.names("/sys/class/hwmon")) {
    const place = `/sys/class/hwmon/${sensor}`;
    if ((await root.text(`${place}/name`))?.trim() !== "rpi_volt") continue;
    return (await root.text(`${place}/in0_lcrit_alarm`))?.trim() === "1";
  }
  return undefined;
}

async function readTemperature(root: HostRoot): Promise<number | undefined> {
  const zones = (await root.names("/sys/class/thermal")).filter((name) => name.startsWith("thermal_zone"));
  const texts = await Promise.all(zones.map((zone) => root.text(`/sys/class/thermal/${zone}/temp`)));
  const degrees = texts.map((text) => Number.parseInt(text ?? "", 10) / 1_000).filter((degree) => degree > 0);
  return degrees.length === 0 ? undefined : Math.max(...degrees);
}
