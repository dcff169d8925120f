import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { RuntimeContainerSpec, RuntimeLogOptions, RuntimeSession } from "../../agent/ports.ts";
import { conformanceImage } from "../../agent/testing/runtime-conformance.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { dockerRuntime, dockerSocketPath } from "./docker-runtime.ts";

const runtime = dockerRuntime(dockerSocketPath(process.env));
const label = "bramble.io/streams-test";
const all = { stdin: true, stdout: true, stderr: true, tty: false };
const { signal } = new AbortController();
let serial = 0;

async function begin(script: string, changes: Partial<RuntimeContainerSpec> = {}): Promise<string> {
  serial += 1;
  const id = await runtime.create({
    name: `streams-${process.pid}-${serial}`,
    image: conformanceImage,
    labels: { [label]: "yes" },
    command: ["sh", "-c", script],
    args: undefined,
    env: [],
    workingDir: undefined,
    user: undefined,
    hostname: undefined,
    stdin: false,
    stdinOnce: false,
    tty: false,
    network: "own",
    ipc: "own",
    pid: "own",
    mounts: [],
    resources: {},
    security: {
      privileged: false,
      readOnlyRootFilesystem: false,
      noNewPrivileges: false,
      capabilitiesAdd: [],
      capabilitiesDrop: [],
      groups: [],
    },
    ...changes,
  });
  await runtime.start(id);
  return id;
}

const begun = () => begin("sleep 600");
const sh = (script: string) => ["sh", "-c", script];

async function heard({ output }: RuntimeSession): Promise<{ 1: Buffer; 2: Buffer }> {
  const parts = { 1: [] as Uint8Array[], 2: [] as Uint8Array[] };
  for await (const { channel, bytes } of output) parts[channel].push(bytes);
  return { 1: Buffer.concat(parts[1]), 2: Buffer.concat(parts[2]) };
}

async function logOf(id: string, options: Partial<RuntimeLogOptions> = {}): Promise<string> {
  const chunks: Uint8Array[] = [];
  const wanted = { follow: false, tailLines: undefined, sinceMs: undefined, timestamps: false, ...options };
  for await (const chunk of runtime.logs(id, wanted, signal)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

afterEach(async () => {
  for (const { id } of await runtime.list(label)) await runtime.remove(id);
});

describe("a command on the Docker engine", () => {
  it.each([0, 1, 7, 137])("tells that it ended with %d", async (code) => {
    const session = await runtime.openExec(await begun(), sh(`exit ${code}`), all);
    await heard(session);
    expect(await session.exitCode()).toBe(code);
  });

  it("that cannot be found says so and fails", async () => {
    const session = await runtime.openExec(await begun(), ["no-such-program"], all);
    expect((await heard(session))[1].toString()).toMatch(/executable file not found/);
    // A shell says 127, the engine 126 or 127 by its version.
    expect([126, 127]).toContain(await session.exitCode());
  });

  it("keeps its errors apart, and answers after its input has ended", async () => {
    const session = await runtime.openExec(await begun(), sh("wc -c; echo trouble >&2"), all);
    const said = heard(session);
    await session.write(Buffer.from("12345"));
    session.endInput();
    expect(await said).toEqual({ 1: Buffer.from("5\n"), 2: Buffer.from("trouble\n") });
  });

  it("carries 20 MB in and out at once, unchanged", async () => {
    const session = await runtime.openExec(await begun(), ["cat"], all);
    const said = heard(session);
    const block = Buffer.alloc(64 * 1024);
    const hash = createHash("sha256");
    for (let count = 0; count < 320; count += 1) {
      block.fill(count & 0xff);
      hash.update(block);
      await session.write(Buffer.from(block));
    }
    session.endInput();
    const { 1: output } = await said;
    expect(output.length).toBe(320 * block.length);
    expect(createHash("sha256").update(output).digest("hex")).toBe(hash.digest("hex"));
  });

  it("has a terminal whose size follows", async () => {
    const script = "stty size; read line; stty size; echo $line";
    const session = await runtime.openExec(await begun(), sh(script), { ...all, tty: true });
    await session.resize(80, 24);
    let text = "";
    const reading = (async () => {
      for await (const { bytes } of session.output) text += new TextDecoder().decode(bytes);
    })();
    await eventually("it asks", () => text.includes("\r\n"));
    await session.resize(132, 43);
    // The engine leaves a session at its own keys; a shell needs them.
    await session.write(Uint8Array.of(0x78, 0x0a));
    await reading;
    expect(text).toMatch(/43 132\r\nx\r\n$/);
    await session.resize(10, 10);
  });

  it("is told Ctrl-P at once", async () => {
    const script = "stty raw -echo; echo ready; dd bs=1 count=1 2>/dev/null | od -An -tx1";
    const session = await runtime.openExec(await begun(), sh(script), { ...all, tty: true });
    let text = "";
    const reading = (async () => {
      for await (const { bytes } of session.output) text += new TextDecoder().decode(bytes);
    })();
    await eventually("it is ready", () => text.includes("ready"));
    await session.write(Uint8Array.of(0x10));
    await reading;
    expect(text).toContain("10");
  });

  it("goes with its client, and its children too", async () => {
    const id = await begun();
    const session = await runtime.openExec(id, sh("sleep 4321 & sleep 4321; wait"), all);
    const count = async () => (await runtime.exec(id, sh("ps | grep -c '[s]leep 4321'"), 5_000)).output.trim();
    await eventually("both run", async () => Number(await count()) >= 2);
    await session.close();
    await eventually("none runs", async () => (await count()) === "0");
  });

  it("that closes its output and goes on is waited for", async () => {
    const session = await runtime.openExec(await begun(), sh("exec >&- 2>&-; sleep 1; exit 5"), all);
    await heard(session);
    expect(await session.exitCode()).toBe(5);
  });
});

describe("attaching to a container on the Docker engine", () => {
  it("hears what it prints from now on, and is its input; the first to leave ends that where it is asked for", async () => {
    const id = await begin("while read line; do echo got $line; done; echo over", { stdin: true, stdinOnce: true });
    const session = await runtime.attach(id, all);
    const said = heard(session);
    await session.write(Buffer.from("one\n"));
    session.endInput();
    expect((await said)[1].toString()).toBe("got one\nover\n");
    await eventually("it has ended", async () => (await runtime.inspect(id))?.state === "exited");
  });

  it("leaves the container as it is", async () => {
    const id = await begin("while read line; do echo got $line; done", { stdin: true });
    for (const word of ["one", "two"]) {
      const session = await runtime.attach(id, all);
      await session.write(Buffer.from(`${word}\n`));
      const { value } = await session.output[Symbol.asyncIterator]().next();
      expect(Buffer.from(value?.bytes ?? []).toString()).toBe(`got ${word}\n`);
      await session.close();
    }
    expect((await runtime.inspect(id))?.state).toBe("running");
  });
});

describe("a container's log on the Docker engine", () => {
  const ended = async (script: string) => {
    const id = await begin(script);
    await eventually("it has ended", async () => (await runtime.inspect(id))?.state === "exited", 20_000);
    return id;
  };

  it("gives the last lines, those since a moment, and none", async () => {
    const id = await ended("echo one; sleep 0.3; echo two >&2; sleep 2; echo three");
    expect(await logOf(id)).toBe("one\ntwo\nthree\n");
    expect(await logOf(id, { tailLines: 2 })).toBe("two\nthree\n");
    expect(await logOf(id, { tailLines: 0 })).toBe("");
    const { finishedAtMs = 0 } = (await runtime.inspect(id)) ?? {};
    expect(await logOf(id, { sinceMs: finishedAtMs - 1_500 })).toBe("three\n");
  });

  it("has one timestamp a line, as Kubernetes writes it, however long the line", async () => {
    const id = await ended("head -c 50000 /dev/zero | tr '\\0' x; echo; echo short");
    const [long = "", short = ""] = (await logOf(id, { timestamps: true })).split("\n");
    expect(long).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z x{50000}$/);
    expect(short).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z short$/);
  });

  it("is followed across rotation, without a line lost or doubled, until the container ends", async () => {
    // Three times what one file holds, as fast as a follower can be told.
    const count = 180_000;
    const line = `echo $i ${"x".repeat(80)}; i=$((i+1)); [ $((i%500)) = 0 ] && usleep 10000`;
    const id = await begin(`sleep 1; i=0; while [ $i -lt ${count} ]; do ${line}; done; sleep 1`);
    const numbers = (await logOf(id, { follow: true })).split("\n").map((line) => Number(line.split(" ")[0]));
    numbers.pop();
    const jumps = numbers.filter((number, index) => number !== (numbers[index - 1] ?? -1) + 1);
    expect([jumps, numbers.length]).toEqual([[], count]);
    // What is kept is bounded.
    const kept = await logOf(id);
    expect(kept.length).toBeLessThan(count * 85);
    expect(kept.endsWith(`${count - 1} ${"x".repeat(80)}\n`)).toBe(true);
  });

  it("is read as it comes: memory stays flat", async () => {
    const id = await ended(`head -c 400000 /dev/zero | tr '\\0' '\\n'`);
    const before = await residentBytes();
    let length = 0;
    const options = { follow: false, tailLines: undefined, sinceMs: undefined, timestamps: false };
    for await (const chunk of runtime.logs(id, options, signal)) length += chunk.length;
    expect(length).toBeGreaterThan(100_000);
    expect((await residentBytes()) - before).toBeLessThan(64 * 1024 * 1024);
  });
});

async function residentBytes(): Promise<number> {
  const text = await readFile("/proc/self/status", "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]) * 1024;
}
