/** The lab itself: boards without bramble, their power and their cables. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CommandError, runCommand } from "../../src/platform/host/run-command.ts";
import { type Lab, openLab, upLab } from "./lab.ts";
import { labDirectory } from "./lab-names.ts";
import { removeLab } from "./remove-lab.ts";
import { waitUntil } from "./wait-until.ts";

const name = "test-lab";
const other = "test-lab-two";
const plain = { bramble: false, voters: 1, say: () => {} };
let before: string;
let lab: Lab;

beforeAll(async () => {
  for (const each of [name, other]) await removeLab(each);
  before = await traces();
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
    await lab.down();
    expect(existsSync(labDirectory(name))).toBe(false);
    // Namespaces that ended a moment ago are taken apart by the kernel in its own time.
    await waitUntil("every trace is gone", 10_000, async () => (await traces()) === before);
  });
});

/** Interfaces, mounts, cgroups and processes of labs on this machine. */
async function traces(): Promise<string> {
  const links = (await runCommand(["ip", "-o", "-br", "link"]))
    .split("\n")
    .filter((line) => line.startsWith("bramble-lab"));
  const mounts = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .filter((line) => /bramble-lab|lab-test-lab/.test(line));
  const cgroups = readdirSync("/sys/fs/cgroup", { withFileTypes: true })
    .map(({ name: hierarchy }) => `/sys/fs/cgroup/${hierarchy}/bramble-lab/test-lab`)
    .filter((path) => existsSync(path));
  const processes = readdirSync("/proc").filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(labDirectory(name));
    } catch {
      return false;
    }
  });
  return JSON.stringify({ links: links.length, mounts, cgroups, processes });
}
