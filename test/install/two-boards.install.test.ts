/** A release on two new Debian systems: installed, a fleet, upgraded, and gone again. */
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runTool } from "../../scripts/releasing/run-tool.ts";
import { writeSampleImage } from "../../scripts/sample-image.ts";
import { bootDebian, type DebianRoot, layLan, makeDebianArchive, removeLan } from "./debian-root.ts";

const repository = join(import.meta.dirname, "../..");
const install = ["bash", "/release/install.sh"] as const;

/**
 * What may differ afterwards, because the distribution's own programs wrote it. The engine's own state is named file by
 * file where it matters: no container and no image of bramble's may be left in it.
 */
const distributions = [
  // dpkg notes what it did; purging does not take that back.
  /^\/var\/log\/dpkg\.log$/,
  /^\/var\/log\/journal\//,
  /^\/var\/lib\/(docker|containerd)\//,
  /^\/var\/lib\/systemd\/(timers|linger|catalog|deb-systemd-helper-enabled)/,
  /^\/var\/tmp\/systemd-private-/,
  /^\/var\/lib\/dpkg\/(status-old|info$)/,
];

let scratch = "";
const boards: DebianRoot[] = [];
const before = new Map<string, readonly string[]>();

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "bramble-install-"));
  const release = join(scratch, "release");
  const archive = process.env["BRAMBLE_DEBIAN_ARCHIVE"] ?? join(scratch, "debian.tar");
  const flags = ["--arch", process.arch, "--out", release, "--compression", "gzip", "--no-figures"];
  await runTool([join(repository, "node_modules/node/bin/node"), join(repository, "scripts/release.ts"), ...flags]);
  await writeSampleImage(join(release, "hello.tar"));
  if (!existsSync(archive)) await makeDebianArchive(archive);
  await layLan();
  for (const index of [1, 2]) {
    const board = await bootDebian(archive, scratch, index);
    boards.push(board);
    // The image is the user's: it is there before, and stays.
    cpSync(release, join(board.directory, "release"), { recursive: true });
    await board.run("docker", "load", "--input", "/release/hello.tar");
    before.set(board.name, await board.files());
  }
});

afterAll(async () => {
  for (const board of boards) await board.stop();
  await removeLan();
  rmSync(scratch, { recursive: true, force: true });
});

/** They are there once the first part has gone well. */
function twoBoards(): readonly [DebianRoot, DebianRoot] {
  const [first, second] = boards;
  if (first === undefined || second === undefined) throw new Error("the systems did not boot");
  return [first, second];
}

const containersOf = async (board: DebianRoot) =>
  (await board.run("docker", "ps", "--quiet", "--no-trunc")).split("\n").sort();

describe("a release, on Debian systems without a link to the distribution", () => {
  it("makes a fleet of the first board, and does nothing when it is run again", async () => {
    const [first] = twoBoards();
    const said = await first.run(...install);
    expect(said).toContain("b1 is a voter of the fleet bramble (asked 10.98.77.1:6443), and Ready.");
    const again = await first.run(...install);
    expect(again).toMatch(/is installed already[\s\S]*belongs to a fleet already[\s\S]*and Ready\./);
  });

  it("takes a second board into it by token", async () => {
    const [first, second] = twoBoards();
    const token = /BR1\S+/.exec(await first.run("bramble", "token", "create"))?.[0] ?? "";
    const said = await second.run("env", "BRAMBLE_JOIN=10.98.77.1", `BRAMBLE_TOKEN=${token}`, ...install);
    expect(said).toContain("b2 is a board of the fleet bramble (asked 10.98.77.1:6443), and Ready.");
    expect(await first.run("bramble", "get", "nodes")).toMatch(/b1 +Ready[\s\S]*b2 +Ready/);
  });

  it("runs pods under the limits of its service, which outlive a restart, a crash and an upgrade", async () => {
    const [first] = twoBoards();
    writeFileSync(join(first.directory, "release/app.yaml"), app);
    await first.run("bramble", "apply", "-f", "/release/app.yaml");
    await first.run("bramble", "rollout", "status", "daemonset/app", "--timeout", "120s");
    const pod = /\S+/.exec((await first.run("bramble", "get", "pods", "-o", "name")).replaceAll("pod/", ""))?.[0] ?? "";
    expect(await first.run("bramble", "exec", pod, "--", "cat", "/secret/word")).toBe("rosebud");
    const containers = await containersOf(first);
    expect(containers.length).toBeGreaterThan(2);

    await first.run("systemctl", "restart", "bramble");
    await first.run("bramble", "status", "--wait", "120s");
    expect(await containersOf(first)).toEqual(containers);

    await first.run("systemctl", "kill", "--kill-who=main", "--signal=SIGKILL", "bramble");
    await first.run("bramble", "status", "--wait", "120s");
    expect(await containersOf(first)).toEqual(containers);

    const process = () => first.run("systemctl", "show", "bramble", "--property=MainPID");
    const old = await process();
    await first.run("sh", "-c", "dpkg --install /release/bramble_*.deb");
    await first.run("bramble", "status", "--wait", "120s");
    expect(await process()).not.toBe(old);
    expect(await containersOf(first)).toEqual(containers);
  });

  it("is started again when its process hangs", async () => {
    const [first] = twoBoards();
    const dropIn = "/run/systemd/system/bramble.service.d";
    await first.run("mkdir", "-p", dropIn);
    await first.run("sh", "-c", `printf '[Service]\\nWatchdogSec=6s\\n' >${dropIn}/short.conf`);
    await first.run("systemctl", "daemon-reload");
    await first.run("systemctl", "restart", "bramble");
    await first.run("systemctl", "kill", "--kill-who=main", "--signal=SIGSTOP", "bramble");
    await first.run(
      "timeout",
      "90",
      "sh",
      "-c",
      "until journalctl -u bramble | grep -q 'Watchdog timeout'; do sleep 1; done",
    );
    await first.run("bramble", "status", "--wait", "120s");
    await first.run("rm", "-r", dropIn);
    await first.run("systemctl", "daemon-reload");
  });

  it("is gone after uninstalling, and the systems are as they were", async () => {
    for (const board of twoBoards()) {
      await board.run("bramble", "uninstall", "--yes", "--purge");
      expect(await board.run("docker", "ps", "--all", "--quiet")).toBe("");
      expect(await board.run("docker", "images", "--format", "{{.Repository}}:{{.Tag}}")).toBe("bramble/hello:1\n");
      expect(await board.run("ip", "-brief", "link")).not.toContain("bramble");
      expect(await board.run("nft", "list", "tables")).not.toContain("bramble");
      expect(await board.run("ps", "-e", "-o", "args")).not.toMatch(/bramble|wireguard-go/);
      const was = new Set(before.get(board.name));
      const is = new Set(await board.files());
      const changed = [...was.symmetricDifference(is)].filter(
        (path) => !distributions.some((known) => known.test(path)),
      );
      console.log(
        `${board.name}: ${was.size} files before, ${is.size} after, different beside the distribution's own: ${changed.length}`,
      );
      expect(changed).toEqual([]);
    }
  });
});

const app = `apiVersion: v1
kind: Secret
metadata: {name: word}
stringData: {word: rosebud}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: app}
spec:
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers:
        - name: app
          image: bramble/hello:1
          imagePullPolicy: Never
          volumeMounts: [{name: word, mountPath: /secret}]
          readinessProbe: {httpGet: {port: 8080}}
      volumes: [{name: word, secret: {secretName: word}}]
`;
