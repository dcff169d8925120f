import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { UsageError } from "../lib/errors.ts";
import { uninstallBramble } from "./uninstall.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bramble-uninstall-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function place(path: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), "");
}

/** A machine on which these programs are known, and note that they were asked. */
function machine(programs: readonly string[]) {
  const asked: string[] = [];
  const run = async (command: readonly [string, ...string[]]) => {
    if (!programs.includes(command[0])) throw new UsageError(`The program ${command[0]} is missing`);
    asked.push(command.join(" "));
    return "";
  };
  return { asked, run };
}

describe("uninstalling", () => {
  it("removes what was placed without a package, and nothing of others", async () => {
    const ours = [
      "usr/local/bin/bramble",
      "etc/systemd/system/bramble.service",
      "etc/systemd/system/bramble.service.d/own.conf",
      "etc/systemd/system/multi-user.target.wants/bramble.service",
      "etc/bramble/config.yaml",
    ];
    const theirs = ["usr/local/bin/other", "etc/systemd/system/other.service"];
    for (const path of [...ours, ...theirs]) place(path);
    const { asked, run } = machine([]);
    await uninstallBramble({ dataDir: join(root, "data"), purge: true }, () => {}, { root, run });
    expect(ours.filter((path) => existsSync(join(root, path)))).toEqual([]);
    expect(theirs.filter((path) => existsSync(join(root, path)))).toEqual(theirs);
    expect(readdirSync(join(root, "etc"))).toEqual(["systemd"]);
    expect(asked).toEqual([]);
  });

  it("stops the service first, and purges the package where there is one", async () => {
    mkdirSync(join(root, "run/systemd/system"), { recursive: true });
    const { asked, run } = machine(["systemctl", "dpkg-query", "dpkg"]);
    await uninstallBramble({ dataDir: join(root, "data"), purge: false }, () => {}, { root, run });
    expect(asked).toEqual([
      "systemctl cat bramble.service",
      "systemctl disable --now bramble.service",
      "dpkg-query --status bramble",
      "dpkg --purge bramble",
      "systemctl daemon-reload",
    ]);
  });

  it("keeps a data directory that it cannot judge", async () => {
    place("data/identity.json");
    const { run } = machine([]);
    const uninstalling = uninstallBramble({ dataDir: join(root, "data"), purge: true }, () => {}, { root, run });
    await expect(uninstalling).rejects.toThrow("cannot be read");
    expect(existsSync(join(root, "data/identity.json"))).toBe(true);
  });
});
