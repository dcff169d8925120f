import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { ApiError } from "../../api/api-error.ts";
import type { JoinOptions } from "../../cli/cli-actions.ts";
import { UsageError } from "../../lib/errors.ts";
import { seededRandom } from "../../lib/random.ts";
import { type FirstBootBoard, firstBoot } from "./first-boot.ts";

const token = `BR1${"0f".repeat(32)}::abcdef.0123456789abcdef`;
const fleet = `fleet:\n  address: 10.0.0.1\n  token: ${token}\n`;
const roots: string[] = [];

afterEach(async () => {
  for (const root of roots.splice(0)) await rm(root, { recursive: true });
});

/** A card and a system in a directory; `outcomes` are what the fleet answers, one try after the other. */
async function boot(text: string | undefined, ...outcomes: readonly ("joined" | Error)[]) {
  const root = await mkdtemp(join(tmpdir(), "first-boot-"));
  roots.push(root);
  const [bootDir, dataDir, systemRoot] = ["boot", "data", "system"].map((name) => join(root, name));
  if (bootDir === undefined || dataDir === undefined || systemRoot === undefined) throw new Error("three directories");
  await mkdir(bootDir);
  await mkdir(join(systemRoot, "etc"), { recursive: true });
  await writeFile(join(systemRoot, "etc/machine-id"), "0123456789abcdef0123456789abcdef\n");
  if (text !== undefined) await writeFile(join(bootDir, "bramble.yaml"), text);
  const commands: string[] = [];
  const said: string[] = [];
  const tries: JoinOptions[] = [];
  const pauses: number[] = [];
  const board: FirstBootBoard = {
    systemRoot,
    async run(command) {
      commands.push(command.join(" "));
      return "";
    },
    async join(options) {
      const outcome = outcomes[tries.push(options) - 1];
      if (outcome !== "joined") throw outcome ?? new Error("nobody expected this try");
      await mkdir(dataDir, { recursive: true });
      await writeFile(join(dataDir, "identity.json"), "{}");
      return { fleet: "home", node: options.name ?? "", address: "10.0.0.7", voter: false };
    },
    random: seededRandom(1),
    async pause(delayMs) {
      pauses.push(delayMs);
    },
    ports: { api: 6443, mqtt: 8883, wireguard: 51820, telemetry: 8884 },
  };
  const start = () => firstBoot({ bootDir, dataDir }, board, (line) => said.push(line));
  const onCard = (name: string) => readFile(join(bootDir, name), "utf8");
  return { start, onCard, bootDir, dataDir, systemRoot, commands, said, tries, pauses };
}

describe("the first boot", () => {
  it("sets the system up, joins and takes the token off the card", async () => {
    const card = await boot(
      `${fleet}hostName: kitchen\nlabels: {zone: kitchen}\nsshKeys: [ssh-ed25519 AAAA]\n`,
      "joined",
    );
    await card.start();
    expect(card.tries).toMatchObject([
      { server: "10.0.0.1:6443", name: "kitchen", labels: { zone: "kitchen" }, voter: false },
    ]);
    expect(await card.onCard("bramble.yaml")).not.toContain(token);
    expect(existsSync(join(card.bootDir, "bramble-error.txt"))).toBe(false);
    expect(await readFile(join(card.systemRoot, "etc/hostname"), "utf8")).toBe("kitchen\n");
    expect((await stat(join(card.systemRoot, "root/.ssh/authorized_keys"))).mode & 0o777).toBe(0o600);
    expect(card.commands).toEqual(["hostname kitchen"]);
    expect(card.said.at(-1)).toBe("kitchen at 10.0.0.7 has joined the fleet home");
  });

  it("asks again while nobody answers, longer and longer apart, and writes the reason once", async () => {
    const silent = new UsageError("10.0.0.1:6443 cannot be reached");
    const card = await boot(fleet, silent, silent, silent, "joined");
    await card.start();
    expect(card.tries).toHaveLength(4);
    expect(card.pauses).toEqual([...card.pauses].sort((a, b) => a - b));
    expect(card.said.filter((line) => line.includes("cannot be reached"))).toHaveLength(1);
    expect(existsSync(join(card.bootDir, "bramble-error.txt"))).toBe(false);
  });

  it("gives up at once, and says so on the card, when the fleet does not know the token", async () => {
    const cause = ApiError.fromReply(401, {
      kind: "Status",
      apiVersion: "v1",
      status: "Failure",
      message: "no",
      code: 401,
    });
    const card = await boot(fleet, new UsageError("the token is not known", { cause }));
    await expect(card.start()).rejects.toThrow("bramble-error.txt");
    expect(await card.onCard("bramble-error.txt")).toBe("the token is not known\n");
    expect(await card.onCard("bramble.yaml")).toContain(token);
  });

  it("says on the card what is wrong with the file, or that there is none", async () => {
    const mistaken = await boot(`${fleet}hostName: X\nlabls: {}\n`);
    await expect(mistaken.start()).rejects.toThrow(UsageError);
    expect((await mistaken.onCard("bramble-error.txt")).split("\n")).toHaveLength(4);
    const empty = await boot(undefined);
    await expect(empty.start()).rejects.toThrow(UsageError);
    expect(await empty.onCard("bramble-error.txt")).toContain("bramble.example.yaml");
  });

  it("only takes the token away when power was lost after joining", async () => {
    const card = await boot(fleet);
    await mkdir(card.dataDir);
    await writeFile(join(card.dataDir, "identity.json"), "{}");
    await card.start();
    expect(card.tries).toEqual([]);
    expect(await card.onCard("bramble.yaml")).not.toContain(token);
  });
});
