import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { appendFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { finished, Kubectl, kubectls } from "./testing/run-kubectl.ts";
import { StreamFleet } from "./testing/stream-fleet.ts";

const fleet = await StreamFleet.open();
afterAll(() => fleet.close());
beforeEach(() => fleet.board.plugIn());

const large = randomBytes(20 * 1024 * 1024);
const part = large.subarray(0, 4 * 1024 * 1024);
const sha = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");

/** A terminal of 33 by 111 that grows once the program in it has said so much. */
const clientInTerminal = `
import fcntl, os, pty, struct, sys, termios
def size(terminal, rows, columns):
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
pid, terminal = pty.fork()
if pid == 0:
    size(0, 33, 111)
    os.execv(sys.argv[1], sys.argv[1:])
while True:
    try:
        output = os.read(terminal, 65536)
    except OSError:
        break
    os.write(1, output)
    if b"33 111" in output:
        size(terminal, 44, 122)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
`;

describe.each(kubectls)("kubectl %s", (version, program) => {
  const kubectl = new Kubectl(program, fleet.kubeconfig);
  const exec = (options: readonly string[], command: readonly string[], input?: Buffer | string) =>
    kubectl.run(["exec", ...options, "web", "--", ...command], input);

  describe("exec", () => {
    it("keeps stdout and stderr apart, and hands on the exit code", async () => {
      const { code, stdout, stderr } = await exec([], ["sh", "-c", "echo out; echo err >&2; exit 3"]);
      expect({ code, stdout: stdout.toString() }).toEqual({ code: 3, stdout: "out\n" });
      expect(stderr).toBe("err\ncommand terminated with exit code 3\n");
    });

    it("tells a process that its input has ended", async () => {
      const { code, stdout } = await exec(["-i"], ["sh", "-c", "cat; echo end"], "hello\n");
      expect({ code, stdout: stdout.toString() }).toEqual({ code: 0, stdout: "hello\nend\n" });
    });

    it("carries 20 MB in, out and both ways in little memory", async () => {
      const file = join(fleet.directory, "large");
      await writeFile(file, large);
      const before = process.memoryUsage.rss();
      expect(sha((await exec([], ["cat", file])).stdout)).toBe(sha(large));
      expect((await exec(["-i"], ["sha256sum"], large)).stdout.toString()).toContain(sha(large));
      expect(sha((await exec(["-i"], ["cat"], large)).stdout)).toBe(sha(large));
      // What came back is held by the test itself, three times over.
      expect(process.memoryUsage.rss() - before).toBeLessThan(256 * 1024 * 1024);
    });

    it("serves ten at a time", async () => {
      const input = large.subarray(0, 1024 * 1024);
      const all = await Promise.all(Array.from({ length: 10 }, () => exec(["-i"], ["cat"], input)));
      expect(all.map(({ code, stdout }) => [code, sha(stdout)])).toEqual(all.map(() => [0, sha(input)]));
    });

    it("ends although nobody read its input", async () => {
      const { code, stdout } = await exec(["-i"], ["sh", "-c", "echo done; exit 4"], large);
      expect({ code, stdout: stdout.toString() }).toEqual({ code: 4, stdout: "done\n" });
    });

    it("says what cannot be run, and where there is no container", async () => {
      const missing = await exec([], ["/no/such/program"]);
      expect(missing).toMatchObject({ code: 1, stderr: expect.stringContaining("ENOENT") });
      const wrong = await exec(["-c", "nothing"], ["true"]);
      expect(wrong).toMatchObject({
        code: 1,
        stderr: expect.stringContaining("container nothing is not valid for pod web"),
      });
      const nobody = await kubectl.run(["exec", "nobody", "--", "true"]);
      expect(nobody).toMatchObject({ code: 1, stderr: expect.stringContaining('pods "nobody" not found') });
    });

    it("ends the process of a client that goes away", async () => {
      const client = kubectl.start("exec", "-i", "web", "--", "sh", "-c", "echo ready; exec sleep 1000");
      for await (const line of createInterface({ input: client.stdout })) {
        expect(line).toBe("ready");
        client.kill("SIGKILL");
      }
      await expect.poll(() => fleet.board.openCount).toBe(0);
    });

    it("has a terminal that follows the client's size", async () => {
      const script = 'stty size; until [ "$(stty size)" = "44 122" ]; do sleep 0.05; done; stty size; exit 5';
      const command = [program, "--kubeconfig", fleet.kubeconfig, "exec", "-it", "web", "--", "sh", "-c", script];
      const client = spawn("python3", ["-c", clientInTerminal, ...command]);
      const { stdout, code } = await finished(client);
      expect(stdout.toString().split(/\r*\n/u)).toEqual(expect.arrayContaining(["33 111", "44 122"]));
      expect(code).toBe(5);
    });
  });

  it("attaches to a container's own process", async () => {
    const child = spawn("sh", ["-c", "read x; echo got $x; read y; echo $y >&2; exit 6"]);
    fleet.board.running.set("main", child);
    const client = kubectl.start("attach", "-i", "web", "-c", "main");
    client.stdin.write("one\ntwo\n");
    const { stdout, stderr, code } = await finished(client);
    expect(stdout.toString()).toContain("got one\n");
    expect(stderr).toContain("two\n");
    expect(code).toBe(6);
  });

  it("copies both ways", async () => {
    const [from, there, back] = ["from", "there", "back"].map((name) => join(fleet.directory, `${name}-${version}`));
    if (from === undefined || there === undefined || back === undefined) throw new Error("three paths");
    await mkdir(from);
    await mkdir(there);
    await writeFile(join(from, "large"), large);
    expect(await kubectl.run(["cp", from, `web:${there}`])).toMatchObject({ code: 0 });
    const copied = join(there, `from-${version}`);
    expect(sha(await readFile(join(copied, "large")))).toBe(sha(large));
    expect(await kubectl.run(["cp", `web:${copied}`, back])).toMatchObject({ code: 0 });
    expect(sha(await readFile(join(back, "large")))).toBe(sha(large));
  });

  it("forwards a port, many connections at a time", async () => {
    const web = createHttpServer((request, response) => response.end(request.url === "/large" ? part : "hello"));
    await once(web.listen(0, "127.0.0.1"), "listening");
    const { port } = web.address() as AddressInfo;
    const client = kubectl.start("port-forward", "web", `:${port}`);
    const [line = ""] = await once(createInterface({ input: client.stdout }), "line");
    const local = /127\.0\.0\.1:(\d+)/u.exec(line)?.[1];
    const get = async (path: string) =>
      Buffer.from(await (await fetch(`http://127.0.0.1:${local}${path}`)).arrayBuffer());
    expect((await get("/")).toString()).toBe("hello");
    const all = await Promise.all(Array.from({ length: 10 }, () => get("/large")));
    expect(all.map(sha)).toEqual(all.map(() => sha(part)));
    const given = await fetch(`http://127.0.0.1:${local}/large`);
    await given.body?.cancel();
    expect((await get("/")).toString()).toBe("hello");
    client.kill();
    await once(client, "close");
    web.closeAllConnections();
    web.close();
  });

  it("ends a forwarded connection that the pod has ended", async () => {
    const server = createServer((socket) => socket.end("goodbye"));
    await once(server.listen(0, "127.0.0.1"), "listening");
    const { port } = server.address() as AddressInfo;
    const client = kubectl.start("port-forward", "web", `:${port}`);
    const [line = ""] = await once(createInterface({ input: client.stdout }), "line");
    const local = Number(/127\.0\.0\.1:(\d+)/u.exec(line)?.[1]);
    for (let count = 0; count < 3; count += 1) {
      expect(await text(connect({ host: "127.0.0.1", port: local, allowHalfOpen: true }))).toBe("goodbye");
    }
    client.kill();
    await once(client, "close");
    server.close();
  });

  it("shows logs: all, the end, and as they come", async () => {
    const file = join(fleet.directory, `log-${version}`);
    await writeFile(file, "one\ntwo\n");
    fleet.board.logs.set("main", file);
    expect((await kubectl.run(["logs", "web"])).stdout.toString()).toBe("one\ntwo\n");
    expect((await kubectl.run(["logs", "web", "--tail=1"])).stdout.toString()).toBe("two\n");
    const client = kubectl.start("logs", "-f", "web");
    const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
    expect((await lines.next()).value).toBe("one");
    expect((await lines.next()).value).toBe("two");
    await appendFile(file, "three\n");
    expect((await lines.next()).value).toBe("three");
    client.kill();
    await expect.poll(() => fleet.board.openCount).toBe(0);
  });

  it("says why there is no log", async () => {
    const waiting = {
      name: "main",
      image: "x",
      imageID: "",
      ready: false,
      restartCount: 0,
      state: { waiting: { reason: "ContainerCreating" } },
    };
    await fleet.addPod(
      `new-${version}`.replaceAll(/[^a-z0-9-]/gu, "-"),
      ["main"],
      {},
      { phase: "Pending", containerStatuses: [waiting] },
    );
    const fresh = await kubectl.run(["logs", `new-${version}`.replaceAll(/[^a-z0-9-]/gu, "-")]);
    expect(fresh).toMatchObject({ code: 1, stderr: expect.stringContaining("is waiting to start: ContainerCreating") });
    expect(await kubectl.run(["logs", "web", "-p"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('previous terminated container "main" in pod "web" not found'),
    });
  });

  it("is told when the board is unplugged", async () => {
    const file = join(fleet.directory, `unplugged-${version}`);
    await writeFile(file, "one\n");
    fleet.board.logs.set("main", file);
    const command = exec([], ["sleep", "1000"]);
    const log = kubectl.run(["logs", "-f", "web"]);
    await expect.poll(() => fleet.board.openCount).toBe(2);
    fleet.board.unplug("the board b1 has gone: try again when it is back");
    expect(await command).toMatchObject({ code: 1, stderr: expect.stringContaining("the board b1 has gone") });
    const followed = await log;
    expect(followed).toMatchObject({ code: 1 });
    expect(followed.stdout.toString()).toContain("the board b1 has gone");
    expect(await exec([], ["true"])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("the board b1 has gone"),
    });
  });
});
