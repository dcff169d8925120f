/** Logs, commands and forwarded ports from any voter to a board that is none, with every kubectl of this machine. */
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Kubectl, kubectls } from "../../src/apiserver/streams/testing/run-kubectl.ts";
import { type Lab, upLab } from "./lab.ts";
import { removeLab } from "./remove-lab.ts";
import { waitUntil } from "./wait-until.ts";

const name = "test-streams";
const large = randomBytes(20 * 1024 * 1024);
const sha = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
const voters = ["b1", "b2", "b3"];
let lab: Lab;

const image = "bramble/hello:1";
const pods = {
  apiVersion: "v1",
  kind: "List",
  items: [
    {
      ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "web", labels: { app: "web" } } },
      spec: { nodeName: "b4", containers: [{ name: "main", image, imagePullPolicy: "IfNotPresent" }] },
    },
    {
      ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "counter" } },
      spec: {
        nodeName: "b4",
        containers: [
          {
            ...{ name: "main", image, imagePullPolicy: "IfNotPresent" },
            command: ["sh", "-c", "i=0; while true; do i=$((i+1)); echo line $i; sleep 1; done"],
          },
        ],
      },
    },
    {
      ...{ apiVersion: "v1", kind: "Service", metadata: { name: "web" } },
      spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: 8080 }] },
    },
  ],
};

beforeAll(async () => {
  await removeLab(name);
  lab = await upLab({ name, boards: 4, voters: 3, bramble: true, say: () => {} });
  await lab.kubectl(["apply", "-f", "-"], JSON.stringify(pods));
  await lab.kubectl(["wait", "--for=condition=Ready", "pod/web", "pod/counter", "--timeout=60s"]);
});
afterAll(() => removeLab(name));

describe.each(kubectls)("kubectl %s", (_, program) => {
  const at = (voter: string) => {
    const kubectl = new Kubectl(program, lab.kubeconfig);
    return {
      run: (args: readonly string[], input?: Buffer | string) => kubectl.run(["--context", voter, ...args], input),
      start: (...args: readonly string[]) => kubectl.start("--context", voter, ...args),
    };
  };
  const exec = (voter: string, command: readonly string[], input?: Buffer) =>
    at(voter).run(["exec", ...(input === undefined ? [] : ["-i"]), "web", "--", ...command], input);

  it.each(voters)("runs commands and carries 20 MB both ways through %s", async (voter) => {
    const failed = await exec(voter, ["sh", "-c", "echo out; echo err >&2; exit 3"]);
    expect({ ...failed, stdout: failed.stdout.toString() }).toMatchObject({ code: 3, stdout: "out\n" });
    expect(failed.stderr).toContain("err\n");
    const echoed = await exec(voter, ["cat"], large);
    expect({ code: echoed.code, sha: sha(echoed.stdout) }).toEqual({ code: 0, sha: sha(large) });
  });

  it("runs ten commands at a time", async () => {
    const part = large.subarray(0, 1024 * 1024);
    const all = await Promise.all(
      Array.from({ length: 10 }, (_each, index) => exec(`b${(index % 3) + 1}`, ["cat"], part)),
    );
    expect(all.map(({ code, stdout }) => [code, sha(stdout)])).toEqual(all.map(() => [0, sha(part)]));
  });

  it("forwards a port, and shows what stands behind pods and services", async () => {
    const client = at("b2").start("port-forward", "web", ":8080");
    const [line = ""] = await once(createInterface({ input: client.stdout }), "line");
    const port = /127\.0\.0\.1:(\d+)/u.exec(line)?.[1];
    for (let count = 0; count < 3; count += 1) {
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain("hello from web");
    }
    client.kill();
    for (const place of ["pods/web:8080", "services/web"]) {
      const { stdout } = await at("b3").run(["get", "--raw", `/api/v1/namespaces/default/${place}/proxy/`]);
      expect(stdout.toString()).toContain("hello from web");
    }
  });

  it("is told when the board is unplugged, and finds it again", async () => {
    await lab.kubectl(["wait", "--for=condition=Ready", "node/b4", "--timeout=60s"]);
    const log = at("b1").start("logs", "-f", "counter", "--tail=1");
    const logEnded = once(log, "close");
    let followed = "";
    log.stdout.on("data", (chunk) => {
      followed += String(chunk);
    });
    const command = exec("b2", ["sleep", "1000"]);
    await waitUntil("lines come", 10_000, () => followed.includes("line"));
    await lab.unplug("b4");
    expect(await command).toMatchObject({ code: 1, stderr: expect.stringContaining("b4") });
    expect(await logEnded).toEqual([1, null]);
    expect(followed).toContain("error: the log ends here: ");
    await lab.plug("b4");
    await lab.kubectl(["wait", "--for=condition=Ready", "node/b4", "--timeout=60s"]);
    await waitUntil("commands run again", 20_000, async () => (await exec("b3", ["true"])).code === 0);
  });
});
