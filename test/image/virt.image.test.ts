/** The image for QEMU's `virt`, from its recipe to a pod that returns after a loss of power. */
import { createHash } from "node:crypto";
import {
  copyFileSync,
  createReadStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildImage } from "../../scripts/image/build-image.ts";
import { layoutOf } from "../../scripts/image/layout.ts";
import { readRecipe } from "../../scripts/image/recipe.ts";
import { debForArm64 } from "../../scripts/image/release-package.ts";
import { sampleImageName, writeSampleImage } from "../../scripts/sample-image.ts";
import { runCommand } from "../../src/platform/host/run-command.ts";
import { type Lab, upLab } from "../lab/lab.ts";
import { brambleProgram } from "../lab/lab-board.ts";
import { removeLab } from "../lab/remove-lab.ts";
import { waitUntil } from "../lab/wait-until.ts";
import { bootPartitionOf } from "./boot-partition.ts";
import { layVirtualCable, secureShell, startVirtualBoard, type VirtualBoard } from "./virtual-board.ts";

const labName = "image";
/** Where the image and the board's own words stay, to be looked at. */
const out = join(import.meta.dirname, "../../dist/images");
const consoleLog = join(out, "virt.console.log");
const timesLog = join(out, "virt.times.log");
/** Emulated, on a machine that has other things to do. */
const bootMs = 900_000;
const podMs = 300_000;
/** Larger than the image, as a card is. */
const cardBytes = 4_000_000_000;

const recipe = readRecipe("virt");
const scratch = mkdtempSync(join(tmpdir(), "bramble-virt-"));
const card = join(scratch, "card.img");
const key = join(scratch, "key");
const startedAtMs = performance.now();
let lab: Lab;
let board: VirtualBoard | undefined;
let address = "";
let token = "";
let flashedRoot = "";

beforeAll(async () => {
  mkdirSync(out, { recursive: true });
  for (const log of [consoleLog, timesLog]) writeFileSync(log, "");
  lab = await upLab({ name: labName, boards: 1, voters: 1, bramble: true, say: note });
  address = `10.99.${lab.record.subnet}.100`;
  await layVirtualCable(labName);
  await runCommand(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key]);
});

afterAll(async () => {
  if (board?.hasPower === true) await board.cutPower();
  await removeLab(labName);
  rmSync(scratch, { recursive: true });
});

describe("the image for QEMU's virt", () => {
  it("is built from Debian's packages and bramble's", async () => {
    const work = process.env["BRAMBLE_IMAGE_WORK"];
    const built = await buildImage({
      board: "virt",
      out,
      deb: debForArm64(),
      ...(work !== undefined && { work }),
      raw: true,
      say: note,
    });
    copyFileSync(built.image, card);
    truncateSync(card, cardBytes);
    flashedRoot = await rootDigest();
  }, 3_600_000);

  it(
    "boots, joins the fleet by the file on its card, and takes the token off it",
    async () => {
      const printed = await lab.on("b1")([brambleProgram, "token", "create"]);
      token = printed.split("\n")[0] ?? "";
      await bootPartitionOf(card, recipe).write("bramble.yaml", bootFile());
      board = startVirtualBoard(labName, card, consoleLog);
      note("power");
      await waitUntil(`the board is Ready (see ${consoleLog})`, bootMs, isReady, 1_000);
      note("joined and Ready");
      const labels = JSON.parse(await lab.kubectl(["get", "node", "attic-1", "-o", "jsonpath={.metadata.labels}"]));
      expect(labels).toMatchObject({ zone: "attic", "kubernetes.io/arch": "arm64" });
    },
    bootMs + 60_000,
  );

  it(
    "lets in who has the key, with its partition grown and its token gone",
    async () => {
      const onBoard = secureShell(address, key);
      await waitUntil(
        "the board answers by SSH",
        bootMs,
        () =>
          onBoard("true").then(
            () => true,
            () => false,
          ),
        1_000,
      );
      const boot = await onBoard("cat /boot/firmware/bramble.yaml");
      expect(boot).toContain("hostName: attic-1");
      expect(boot).not.toContain(token);
      expect(await onBoard("ls /boot/firmware")).not.toContain("bramble-error.txt");
      const dataMib = Number((await onBoard("df --output=size -BM /data")).replace(/\D+/g, ""));
      expect(dataMib).toBeGreaterThan(2_000);
      expect(await onBoard("hostname")).toBe("attic-1\n");
      expect(await onBoard("swapon --show")).toBe("");
      expect(await onBoard("findmnt --noheadings --output OPTIONS /boot/firmware")).toMatch(/^ro,/);
      const units = await onBoard("systemctl list-units --failed --plain --no-legend");
      expect(units).toBe("");
      note((await onBoard("uname -a")).trim());
      note(`on the board: ${(await onBoard("free -m")).split("\n")[1] ?? ""}`);
      note((await onBoard("systemd-analyze time || true")).trim());
    },
    bootMs + 60_000,
  );

  it(
    "runs a pod that kubectl reads and enters, and that another board reaches over the mesh",
    async () => {
      const onBoard = secureShell(address, key);
      const busybox = join(scratch, "busybox");
      await runCommand(["sh", "-c", `base64 -d >${busybox}`], await onBoard("base64 /bin/busybox"));
      const archive = join(scratch, "hello.tar");
      await writeSampleImage(archive, { busybox, architecture: "arm64" });
      await onBoard("base64 -d | docker load", readFileSync(archive).toString("base64"));
      await lab.kubectl(["apply", "-f", "-"], podManifest);
      note("pod applied");
      await waitUntil("the pod is Ready", podMs, isPodReady, 500);
      note("pod Ready");
      expect(await lab.kubectl(["exec", "hello", "--", "busybox", "uname", "-m"])).toBe("aarch64\n");
      expect(await lab.kubectl(["logs", "hello"])).toContain("a pod on an arm64 board");
      const podAddress = await lab.kubectl(["get", "pod", "hello", "-o", "jsonpath={.status.podIP}"]);
      expect(await lab.on("b1")(["curl", "-sS", "--max-time", "30", `http://${podAddress}:8080/`])).toContain(
        "hello from hello on attic-1",
      );
      note("kubectl exec, kubectl logs and a request over WireGuard answered");
    },
    podMs + 120_000,
  );

  it(
    "has its pod back after a loss of power, and not a byte of its root was written",
    async () => {
      await board?.cutPower();
      note("power cut");
      expect(await rootDigest()).toBe(flashedRoot);
      expect(await bootPartitionOf(card, recipe).read("bramble.yaml")).not.toContain(token);
      await waitUntil("the fleet notices", 60_000, async () => !(await isReady()), 500);
      board = startVirtualBoard(labName, card, consoleLog);
      note("power again");
      await waitUntil(`the board is Ready again (see ${consoleLog})`, bootMs, isReady, 1_000);
      note("Ready again");
      const returned = () =>
        lab.kubectl(["exec", "hello", "--", "hostname"]).then(
          (name) => name === "hello\n",
          () => false,
        );
      await waitUntil("the pod is back", podMs, returned, 1_000);
      note("pod back");
      const uid = await lab.kubectl(["get", "pod", "hello", "-o", "jsonpath={.metadata.uid}"]);
      expect(uid).not.toBe("");
    },
    bootMs + podMs + 120_000,
  );
});

/** The story with its times: for people, and kept beside the image. */
function note(line: string): void {
  const text = `${((performance.now() - startedAtMs) / 1_000).toFixed(0).padStart(6)} s  ${line}`;
  console.log(text);
  writeFileSync(timesLog, `${text}\n`, { flag: "a" });
}

function bootFile(): string {
  return `fleet:
  address: ${lab.record.boards[0]?.address}
  token: ${token}
hostName: attic-1
labels: {zone: attic}
network: {address: ${address}/24}
sshKeys:
  - ${readFileSync(`${key}.pub`, "utf8").trim()}
`;
}

const podManifest = `apiVersion: v1
kind: Pod
metadata: {name: hello}
spec:
  nodeSelector: {zone: attic}
  terminationGracePeriodSeconds: 1
  containers:
    - name: hello
      image: ${sampleImageName}
      imagePullPolicy: IfNotPresent
      command: [sh, -c, "echo a pod on an arm64 board; exec httpd -f -p 0.0.0.0:8080 -h /www"]
      env:
        - {name: POD_NAME, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
        - {name: NODE_NAME, valueFrom: {fieldRef: {fieldPath: spec.nodeName}}}
      readinessProbe: {httpGet: {path: /, port: 8080}, timeoutSeconds: 20}
`;

async function isReady(): Promise<boolean> {
  return hasCondition("node", "attic-1");
}

async function isPodReady(): Promise<boolean> {
  return hasCondition("pod", "hello");
}

async function hasCondition(kind: string, name: string): Promise<boolean> {
  const path = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
  return (await lab.kubectl(["get", kind, name, "--ignore-not-found", "-o", path])) === "True";
}

/** Of the root partition's bytes as they lie on the card. */
async function rootDigest(): Promise<string> {
  const [, root] = layoutOf(recipe.partitions).partitions;
  const hash = createHash("sha256");
  const range = { start: root.offsetBytes, end: root.offsetBytes + root.sizeBytes - 1 };
  for await (const chunk of createReadStream(card, range)) hash.update(chunk);
  return hash.digest("hex");
}
