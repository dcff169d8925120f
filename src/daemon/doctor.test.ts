import { afterEach, describe, expect, it } from "vitest";
import type { DoctorOptions } from "../cli/cli-actions.ts";
import { type FakeRoot, fakeEngine, fakeRoot } from "../platform/host/testing/fake-root.ts";
import { raspberryPi, raspberryPiEngine, raspberryPiLinks } from "../platform/host/testing/raspberry-pi.ts";
import { examineBoard } from "./doctor.ts";

const options: DoctorOptions = {
  dataDir: "/var/lib/bramble",
  ports: { api: 6443, mqtt: 8883, wireguard: 51820, telemetry: 8884 },
  podCidr: "10.42.0.0/16",
  fix: false,
};
const today = Date.UTC(2026, 10, 30);
const answers = { "nft list tables": "", "vcgencmd get_throttled": "throttled=0x0\n" };

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

interface Board {
  /** Beside those of a healthy Raspberry Pi; undefined takes one away. */
  readonly files?: Readonly<Record<string, string | undefined>>;
  readonly links?: Readonly<Record<string, string>>;
  readonly answers?: Readonly<Record<string, string>>;
  readonly engine?: Readonly<Record<string, unknown>> | "absent";
}

async function board({ files = {}, links = {}, answers: more = {}, engine = {} }: Board): Promise<FakeRoot> {
  const present = Object.entries({ ...raspberryPi, ...files }).filter((file): file is [string, string] => {
    return file[1] !== undefined;
  });
  const made = await fakeRoot(Object.fromEntries(present), {
    links: { ...raspberryPiLinks, ...links },
    answers: { ...answers, ...more },
  });
  ends.push(() => made.end());
  if (engine !== "absent") {
    const server = await fakeEngine(made, { ...raspberryPiEngine, ...engine });
    ends.push(async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
  }
  return made;
}

async function examined({ root }: FakeRoot, more: Partial<DoctorOptions> = {}, nowMs = today) {
  const surroundings = { env: { PATH: "/usr/bin" }, platform: "linux", uid: 0 };
  const said: string[] = [];
  const report = await examineBoard({ ...options, ...more }, (line) => said.push(line), {
    root,
    surroundings,
    nowMs: () => nowMs,
  });
  return { ...report, said, checks: report.findings.map(({ check, severity }) => `${severity} ${check}`) };
}

describe("bramble doctor", () => {
  it("finds nothing on a Raspberry Pi that is as it should be", async () => {
    expect((await examined(await board({}))).findings).toEqual([]);
  });

  it.each<[string, Board, string[], RegExp]>([
    [
      "without Docker",
      { files: { "/usr/sbin/dockerd": undefined }, engine: "absent" },
      ["error engine"],
      /no Docker engine at \/var\/run\/docker\.sock/,
    ],
    ["whose Docker was never started", { engine: "absent" }, ["error engine"], /does not run/],
    [
      "without the memory cgroup",
      {
        files: {
          "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io pids\n",
          "/boot/firmware/cmdline.txt": "console=tty1 rootwait\n",
        },
        engine: { MemoryLimit: false },
      },
      ["error cgroup-memory"],
      /\/boot\/firmware\/cmdline\.txt does not ask for it/,
    ],
    [
      "whose API port is taken",
      {
        files: {
          "/proc/net/tcp":
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n" +
            "   0: 00000000:192B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0\n" +
            "   1: 0100007F:22B3 00000000:0000 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0 100 0 0 10 0\n",
          "/proc/812/comm": "k3s-server\n",
        },
        links: { "/proc/812/fd/9": "socket:[4711]" },
      },
      ["error port-taken"],
      /6443 is taken by k3s-server \(process 812\)/,
    ],
    [
      "whose network is the pods'",
      {
        files: {
          "/proc/net/route": `${raspberryPi["/proc/net/route"]}cni0\t00002A0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n`,
        },
      },
      ["error address-overlap"],
      /10\.42\.0\.0\/24 is reached through cni0/,
    ],
    [
      "without WireGuard in its kernel, and with it as a program",
      { files: { "/lib/modules/6.12.25+rpt-rpi-v8/modules.dep": "" } },
      ["error wireguard"],
      /wireguard-go is missing/,
    ],
    [
      "on a card, with its swap",
      {
        files: {
          "/proc/self/mountinfo": "22 1 179:2 / / rw,noatime shared:1 - ext4 /dev/mmcblk0p2 rw\n",
          "/proc/swaps": "Filename Type Size Used Priority\n/var/swap file 524284 0 -2\n",
        },
      },
      ["warning swap-on-flash", "note sd-card"],
      /\/var\/swap/,
    ],
    [
      "on an eMMC near its end",
      {
        files: {
          "/proc/self/mountinfo": "22 1 179:2 / / rw shared:1 - ext4 /dev/mmcblk0p2 rw\n",
          "/sys/block/mmcblk0/device/type": "MMC\n",
          "/sys/block/mmcblk0/device/life_time": "0x09 0x03\n",
        },
      },
      ["warning worn-flash"],
      /90 %/,
    ],
    [
      "whose kernel made a failing card read-only",
      { files: { "/proc/self/mountinfo": "22 1 8:2 / / rw,noatime shared:1 - ext4 /dev/sda2 ro\n" } },
      ["error read-only"],
      /mounted read-only/,
    ],
    [
      "with too weak a supply",
      { answers: { "vcgencmd get_throttled": "throttled=0x50005\n" } },
      ["error under-voltage"],
      /too little voltage/,
    ],
    [
      "with a stub resolver alone",
      { files: { "/run/systemd/resolve/resolv.conf": undefined } },
      ["warning resolver"],
      /127\.0\.0\.53/,
    ],
    [
      "with a torn identity",
      { files: { "/var/lib/bramble/identity.json": "{" } },
      ["error former-fleet"],
      /identity\.json cannot be read/,
    ],
  ])("a board %s", async (_, ailing, checks, what) => {
    const report = await examined(await board(ailing));
    expect(report.checks).toEqual(checks);
    expect(report.findings[0]?.what).toMatch(what);
  });

  it("a board without a clock, before and after a time server is asked for", async () => {
    const bare = await board({
      files: { "/proc/412/comm": undefined, "/run/systemd/timesync/synchronized": undefined },
      answers: { "timedatectl set-ntp true": "" },
    });
    expect((await examined(bare, {}, 30_000)).checks).toEqual(["error clock"]);
    expect((await examined(bare)).checks).toEqual(["warning time-source"]);
    const fixed = await examined(bare, { fix: true });
    expect(bare.commands).toContain("timedatectl set-ntp true");
    expect(fixed.applied).toEqual([{ check: "time-source", steps: ["timedatectl set-ntp true"] }]);
  });

  it("asks the firmware for the memory cgroup once, on its one line, and then for a reboot", async () => {
    const line = "console=tty1 root=PARTUUID=544e1b77-02 rootwait";
    const ailing = await board({
      files: {
        "/sys/fs/cgroup/cgroup.controllers": "cpuset cpu io pids\n",
        "/boot/firmware/cmdline.txt": `${line}\n`,
      },
      engine: { MemoryLimit: false },
    });
    const first = await examined(ailing, { fix: true });
    expect(first.said).toEqual([
      `cgroup-memory: write /boot/firmware/cmdline.txt: ${line} cgroup_enable=memory cgroup_memory=1`,
    ]);
    const written = await ailing.root.text("/boot/firmware/cmdline.txt");
    expect(written).toBe(`${line} cgroup_enable=memory cgroup_memory=1\n`);
    expect(first.findings).toMatchObject([{ check: "cgroup-memory", fix: "reboot" }]);

    const second = await examined(ailing, { fix: true });
    expect(second.applied).toEqual([]);
    expect(second.findings).toEqual(first.findings);
    expect(await ailing.root.text("/boot/firmware/cmdline.txt")).toBe(written);
    // The older place of the file is a hint to the new one.
    expect(await ailing.root.text("/boot/cmdline.txt")).toBe(raspberryPi["/boot/cmdline.txt"]);

    await ailing.write("/sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
    expect((await examined(ailing)).checks).toEqual(["warning engine-limits"]);
  });

  it("says what it could not mend, and goes on", async () => {
    const ailing = await board({ files: { "/proc/sys/net/bridge/bridge-nf-call-iptables": "0\n" } });
    const { applied, checks } = await examined(ailing, { fix: true });
    expect(applied).toMatchObject([{ check: "bridge-netfilter", failure: "sysctl is missing" }]);
    expect(checks).toEqual(["warning bridge-netfilter"]);
  });

  it("knows the board's own process by the data that it holds", async () => {
    const identity = {
      formatVersion: 1,
      fleet: "home",
      node: "kitchen-1",
      voterId: "kitchen-1.0123abcd",
      address: "192.168.1.11",
      ports: { api: 7443, mqtt: 8883, wireguard: 51820, telemetry: 8884 },
      podCidr: "10.142.0.0/16",
      voters: [],
      members: [],
      bootstrap: true,
    };
    const sockets =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n" +
      "   0: 00000000:1D13 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0 100 0 0 10 0\n";
    const files = {
      "/var/lib/bramble/identity.json": JSON.stringify(identity),
      "/proc/net/tcp": sockets,
      "/proc/900/comm": "bramble\n",
    };
    const socket = { "/proc/900/fd/20": "socket:[4711]" };
    const stranger = await board({ files, links: socket });
    expect((await examined(stranger)).checks).toEqual(["error port-taken"]);
    const own = await board({ files, links: { ...socket, "/proc/900/fd/21": "/var/lib/bramble/slice/LOCK" } });
    expect((await examined(own)).checks).toEqual([]);
  });
});
