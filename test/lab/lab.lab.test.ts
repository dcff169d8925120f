/** The lab itself: boards without bramble, their power and their cables. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandError } from "../../src/platform/host/run-command.ts";
import { type Lab, openLab, upLab } from "./lab.ts";
import { cgroupOf, labDirectory, uplinkName } from "./lab-names.ts";
import type { LabRecord } from "./lab-record.ts";
import { removeLab } from "./remove-lab.ts";

const name = "test-lab";
const other = "test-lab-two";
const plain = { bramble: false, voters: 1, say: () => {} };
let lab: Lab;

beforeAll(async () => {
  for (const each of [name, other]) await removeLab(each);
  lab = await upLab({ ...plain, name, boards: 2 });
});
afterAll(async () => {
  for (const each of [name, other]) await removeLab(each);
});

/** Round trip from one board to another in milliseconds; undefined where no answer comes. */
async function ping(from: string, to: string, on = lab): Promise<number | undefined> {
  const address = on.record.boards.find((board) => board.name === to)?.address ?? "";
  try {
    const said = await on.on(from)(["busybox", "ping", "-c", "1", "-W", "1", address]);
    return Number(/time=([\d.]+)/.exec(said)?.[1]);
  } catch (error) {
    if (error instanceof CommandError) return undefined;
    throw error;
  }
}

describe("a lab", () => {
  it("loses all of a board's processes with its power, and nothing of its disk", async () => {
    await lab.docker("b1", "run", "--detach", "--name", "server", "--network", "host", "bramble/hello:1");
    await lab.kill("b1");
    await expect(lab.docker("b1", "ps")).rejects.toThrow(CommandError);
    await expect(lab.kill("b1")).rejects.toThrow("has no power");
    expect(await ping("b2", "b1")).toBeUndefined();
    await lab.start("b1");
    expect(await lab.docker("b1", "ps", "--all", "--format", "{{.Names}} {{.Status}}")).toMatch(
      /^server Exited \(255\)/,
    );
    expect(await ping("b2", "b1")).toBeDefined();
  });

  it("keeps an unplugged board unplugged through a power cut", async () => {
    await lab.unplug("b1");
    expect(await ping("b2", "b1")).toBeUndefined();
    await lab.kill("b1");
    await lab.start("b1");
    expect(await ping("b2", "b1")).toBeUndefined();
    await lab.plug("b1");
    expect(await ping("b2", "b1")).toBeDefined();
  });

  it("makes a link slow, lossy and plain again", async () => {
    await lab.shape("b1", { delayMs: 40, jitterMs: 0, lossPercent: 0 });
    await ping("b2", "b1");
    expect(await ping("b2", "b1")).toBeGreaterThan(79);
    await lab.shape("b1", { delayMs: 0, jitterMs: 0, lossPercent: 100 });
    expect(await ping("b2", "b1")).toBeUndefined();
    await lab.shape("b1", "off");
    expect(await ping("b2", "b1")).toBeLessThan(20);
  });

  it("parts and heals, also around a shaped link", async () => {
    await lab.shape("b2", { delayMs: 1, jitterMs: 0, lossPercent: 0 });
    await lab.partition(["b1"], ["b2"]);
    expect(await ping("b1", "b2")).toBeUndefined();
    await lab.heal();
    expect(await ping("b1", "b2")).toBeDefined();
    await lab.shape("b2", "off");
  });

  it("does not meet another lab, and leaves nothing of itself behind", async () => {
    const second = await upLab({ ...plain, name: other, boards: 1 });
    expect(second.record.subnet).not.toBe(lab.record.subnet);
    await expect(upLab({ ...plain, name: other, boards: 1 })).rejects.toThrow("is up or was left half made");
    await second.down();
    expect(() => openLab(other)).toThrow("There is no lab");
    expect(await ping("b1", "b2")).toBeDefined();

    await lab.docker("b1", "run", "--detach", "--network", "none", "bramble/hello:1");
    expect(traces(lab.record)).not.toEqual([]);
    await lab.down();
    expect(traces(lab.record)).toEqual([]);
  });
});

/** Interfaces, mounts, namespaces, cgroups and processes of a lab on this machine: names that hold its own. */
function traces({ name: of, subnet }: LabRecord): string[] {
  const mine = [labDirectory(of), `lab-${of}-`, `bramble-lab/${of}`];
  const isMine = (text: string) => mine.some((part) => text.includes(part));
  const processes = readdirSync("/proc").filter((pid) => {
    try {
      return isMine(readFileSync(`/proc/${pid}/cmdline`, "utf8"));
    } catch {
      return false;
    }
  });
  const hierarchies = readdirSync("/sys/fs/cgroup").map((hierarchy) => `/sys/fs/cgroup/${hierarchy}`);
  return [
    ...readdirSync("/sys/class/net").filter((link) => link === uplinkName(subnet)),
    ...readFileSync("/proc/mounts", "utf8").split("\n").filter(isMine),
    ...["/sys/fs/cgroup", ...hierarchies].map((root) => join(root, cgroupOf(of))).filter(existsSync),
    ...processes,
    ...[labDirectory(of)].filter(existsSync),
  ];
}
