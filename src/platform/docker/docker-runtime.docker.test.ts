import { afterAll, describe, expect, it } from "vitest";
import { ensurePauseImage } from "../../agent/pause-image/pause-image.ts";
import { pauseImage } from "../../agent/pause-image/pause-name.ts";
import type { RuntimeContainerSpec } from "../../agent/ports.ts";
import { RuntimeUnavailableError } from "../../agent/ports.ts";
import { conformanceImage, runtimeConformance } from "../../agent/testing/runtime-conformance.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { dockerRuntime, dockerSocketPath, requireDocker } from "./docker-runtime.ts";

runtimeConformance("the Docker engine", () => dockerRuntime(dockerSocketPath(process.env)));

describe("dockerRuntime", () => {
  const runtime = dockerRuntime(dockerSocketPath(process.env));
  const label = "bramble.io/docker-test";
  const base: RuntimeContainerSpec = {
    name: "",
    image: conformanceImage,
    labels: { [label]: "yes" },
    command: undefined,
    args: undefined,
    env: ["GREETING=hello world"],
    workingDir: "/tmp",
    user: "1000:1000",
    hostname: undefined,
    stdin: false,
    stdinOnce: false,
    tty: false,
    network: "own",
    ipc: "own",
    pid: "own",
    mounts: [],
    resources: { memoryBytes: 32 * 1024 * 1024, cpuShares: 128, nanoCpus: 500_000_000 },
    security: {
      privileged: false,
      readOnlyRootFilesystem: true,
      noNewPrivileges: true,
      capabilitiesAdd: [],
      capabilitiesDrop: ["ALL"],
      groups: [],
    },
  };

  afterAll(async () => {
    for (const { id } of await runtime.list(label)) await runtime.remove(id);
  });

  it("runs the sandbox made by ourselves, and joins containers to it", async () => {
    await ensurePauseImage(runtime, process.arch === "x64" ? "amd64" : process.arch);
    const sandbox = await runtime.create({
      ...base,
      name: "sandbox",
      image: pauseImage,
      hostname: "pod-0",
      user: undefined,
    });
    await runtime.start(sandbox);
    expect(await runtime.inspect(sandbox)).toMatchObject({ state: "running" });
    const joins = { network: { sandbox }, ipc: { sandbox }, pid: { sandbox } } as const;
    const member = await runtime.create({ ...base, ...joins, name: "member", command: ["sleep", "600"] });
    await runtime.start(member);
    // Its first process is the sandbox's, for it shares the process namespace.
    const { output } = await runtime.exec(member, ["sh", "-c", "hostname; cat /proc/1/cmdline; echo; id; pwd"], 5_000);
    expect(output).toMatch(/^pod-0\n\/pause\0\nuid=1000 gid=1000.*\n\/tmp\n$/);
    await runtime.remove(member);
    await runtime.remove(sandbox);
  });

  it("gives the environment and the limits, and reads the logs of both streams", async () => {
    const script =
      "echo $GREETING; echo trouble >&2; cat /sys/fs/cgroup/memory/memory.limit_in_bytes /sys/fs/cgroup/memory.max 2>/dev/null; touch /x || true";
    const id = await runtime.create({ ...base, name: "talker", command: ["sh"], args: ["-c", script] });
    await runtime.start(id);
    await eventually("it has ended", async () => (await runtime.inspect(id))?.state === "exited");
    let text = "";
    const options = { follow: false, tailLines: undefined, sinceMs: undefined, timestamps: false };
    for await (const chunk of runtime.logs(id, options, new AbortController().signal))
      text += new TextDecoder().decode(chunk);
    expect(text).toContain("hello world\n");
    expect(text).toContain("trouble\n");
    expect(text).toContain("33554432");
    expect(text).toMatch(/Read-only file system/);
  });

  it("says in one line what to do where no engine answers", async () => {
    await expect(requireDocker("/nowhere/docker.sock")).rejects.toThrow(/apt install docker\.io/);
    await expect(dockerRuntime("/nowhere/docker.sock").list("x")).rejects.toThrow(RuntimeUnavailableError);
  });

  it("ends a command that outlasts its time", async () => {
    const id = await runtime.create({ ...base, name: "slow", command: ["sleep", "600"] });
    await runtime.start(id);
    await expect(runtime.exec(id, ["sleep", "60"], 200)).rejects.toThrow(/timed out after 200 ms/);
  });
});
