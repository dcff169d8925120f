import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { boardGauge } from "./board-gauge.ts";

const root = mkdtempSync(join(tmpdir(), "bramble-gauge-"));
afterAll(() => rmSync(root, { recursive: true }));

function place(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

const routes = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\n";

describe("a board's gauge", () => {
  it("reads what a Raspberry Pi's kernel shows", async () => {
    place({
      "proc/stat": "cpu  100 0 50 800 40 5 5 0 0 0\ncpu0 100 0 50 800 40 5 5 0 0 0\n",
      "proc/meminfo": "MemTotal:        1000 kB\nMemFree:          100 kB\nMemAvailable:     600 kB\n",
      "proc/loadavg": "0.42 0.30 0.20 1/100 4242\n",
      "proc/uptime": "3600.12 7000.00\n",
      "proc/net/route": `${routes}wlan0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\neth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\n`,
      "sys/class/net/eth0/statistics/rx_bytes": "12345\n",
      "sys/class/net/eth0/statistics/tx_bytes": "678\n",
      "sys/class/thermal/thermal_zone0/temp": "48312\n",
      "sys/devices/platform/soc/soc:firmware/get_throttled": "50005\n",
    });
    const { disk, ...rest } = await boardGauge(root, root).read();
    expect(rest).toEqual({
      cpu: { busyMs: 1_600, totalMs: 10_000 },
      uptimeSeconds: 3600.12,
      load1: 0.42,
      memory: { usedBytes: 400 * 1024, totalBytes: 1_000 * 1024 },
      temperatureCelsius: 48.312,
      underVoltage: true,
      throttled: true,
      link: { receivedBytes: 12_345, sentBytes: 678 },
    });
    expect(disk.usedBytes).toBeLessThanOrEqual(disk.totalBytes);
  });

  it("reads the voltage's alarm where the firmware's bits are not shown", async () => {
    rmSync(join(root, "sys/devices"), { recursive: true });
    place({ "sys/class/hwmon/hwmon1/name": "rpi_volt\n", "sys/class/hwmon/hwmon1/in0_lcrit_alarm": "0\n" });
    const reading = await boardGauge(root, root).read();
    expect(reading.underVoltage).toBe(false);
    expect(reading.throttled).toBeUndefined();
  });

  it("says nothing of what this machine does not show", async () => {
    rmSync(join(root, "sys"), { recursive: true });
    place({ "proc/net/route": `${routes}docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\n` });
    const reading = await boardGauge(root, root).read();
    expect(reading).not.toHaveProperty("temperatureCelsius");
    expect(reading).not.toHaveProperty("underVoltage");
    expect(reading.link).toEqual({ receivedBytes: 0, sentBytes: 0 });
  });
});
