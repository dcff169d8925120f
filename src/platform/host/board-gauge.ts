/** Reads how this board does from what the kernel shows as files: no program is run, and no disk is woken. */
import { readFile, statfs } from "node:fs/promises";
import { join } from "node:path";
import type { BoardGauge, BoardReading } from "../../agent/telemetry/ports.ts";
import { boardUsage } from "./board-meter.ts";

/** `USER_HZ`, which is 100 on every Linux that programs see. */
const msPerTick = 10;

/** `dataDir` names the file system that is watched. `root` is another than the board's own in tests. */
export function boardGauge(dataDir: string, root = "/"): BoardGauge {
  const read = (path: string) => readFile(join(root, path), "utf8").catch(() => "");
  return {
    async read() {
      const [stat, meminfo, loadavg, uptime, temperature, throttled, route, voltage, storage] = await Promise.all([
        read("proc/stat"),
        read("proc/meminfo"),
        read("proc/loadavg"),
        read("proc/uptime"),
        read("sys/class/thermal/thermal_zone0/temp"),
        read("sys/devices/platform/soc/soc:firmware/get_throttled"),
        read("proc/net/route"),
        readVoltageAlarm(read),
        statfs(dataDir),
      ]);
      const link = mainLink(route);
      const counter = async (name: string) =>
        link === undefined ? 0 : Number((await read(`sys/class/net/${link}/statistics/${name}`)) || 0);
      const totalBytes = Number(/^MemTotal: +(\d+) kB$/m.exec(meminfo)?.[1] ?? 0) * 1024;
      return {
        cpu: processorTimes(stat),
        uptimeSeconds: Number(uptime.split(" ")[0] ?? 0),
        load1: Number(loadavg.split(" ")[0] ?? 0),
        memory: { usedBytes: Math.max(0, boardUsage(stat, meminfo).memoryBytes), totalBytes },
        disk: {
          usedBytes: (storage.blocks - storage.bfree) * storage.bsize,
          totalBytes: storage.blocks * storage.bsize,
        },
        ...heat(temperature),
        ...power(throttled, voltage),
        link: { receivedBytes: await counter("rx_bytes"), sentBytes: await counter("tx_bytes") },
      };
    },
  };
}

/** From `/proc/stat`: user, nice, system, idle, iowait, irq, softirq, steal. Guests are counted in user. */
function processorTimes(stat: string): BoardReading["cpu"] {
  const ticks = (/^cpu +(.*)$/m.exec(stat)?.[1] ?? "").split(" ").slice(0, 8).map(Number);
  const total = ticks.reduce((sum, each) => sum + each, 0);
  const [, , , idle = 0, waiting = 0] = ticks;
  return { busyMs: (total - idle - waiting) * msPerTick, totalMs: total * msPerTick };
}

/** The interface whose destination and mask are 0 in `/proc/net/route`; on a site without a way out, the first of the LAN. */
function mainLink(route: string): string | undefined {
  const routes = route
    .split("\n")
    .slice(1)
    .map((line) => line.split(/\s+/));
  const byDefault = routes.find(
    ([, destination, , , , , , mask]) => /^0{8}$/.test(`${destination}`) && destination === mask,
  );
  const [first] = byDefault ?? routes.find(([name = ""]) => name !== "" && !/^(docker|br-|bramble)/.test(name)) ?? [];
  return first;
}

/** Thousandths of a degree. */
function heat(text: string): Pick<BoardReading, "temperatureCelsius"> {
  return /^-?\d+\s*$/.test(text) ? { temperatureCelsius: Number(text) / 1000 } : {};
}

/**
 * The Raspberry Pi's firmware shows bits: 0 under-voltage now, 1 and 3 a frequency that is capped or at its soft limit
 * for heat, 2 throttled. Newer kernels show the voltage alone, as an alarm of the driver `rpi_volt`.
 */
function power(throttled: string, alarm: string): Pick<BoardReading, "underVoltage" | "throttled"> {
  if (/^(0x)?[0-9a-f]+\s*$/i.test(throttled)) {
    const bits = Number.parseInt(throttled, 16);
    return { underVoltage: (bits & 0b1) !== 0, throttled: (bits & 0b1110) !== 0 };
  }
  return /^[01]\s*$/.test(alarm) ? { underVoltage: alarm.startsWith("1") } : {};
}

const hwmonMax = 8;

async function readVoltageAlarm(read: (path: string) => Promise<string>): Promise<string> {
  for (let index = 0; index < hwmonMax; index += 1) {
    const place = `sys/class/hwmon/hwmon${index}`;
    if ((await read(`${place}/name`)).trim() === "rpi_volt") return read(`${place}/in0_lcrit_alarm`);
  }
  return "";
}
