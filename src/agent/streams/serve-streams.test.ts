import { beforeEach, describe, expect, it } from "vitest";
import type { StreamRequest } from "../../api/board-stream.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { label } from "../pod/observed-pod.ts";
import type { PodDialler } from "../ports.ts";
import { SimulatedRuntime } from "../runtime-simulated.ts";
import {
  execRequest as exec,
  logRequest as log,
  openStream,
  plainSpec,
  podName,
  type StreamBench,
} from "../testing/stream-bench.ts";
import { podObject } from "../testing/test-board.ts";

/** A board with a pod, an engine without containers, and a network that remembers who was called. */
class Bench implements StreamBench {
  readonly clock = new VirtualClock(Date.parse("2026-01-02T03:04:05.678Z"));
  readonly runtime = new SimulatedRuntime({
    clock: this.clock,
    images: ["busybox:test"],
    exec: (_, command) => ({ exitCode: Number(command[1] ?? 0), output: "$ " }),
  });
  readonly dialled: unknown[] = [];
  pod: object = podObject("web");
  #attempts = 0;

  readonly dialler: PodDialler = {
    dial: async (sandbox, target) => {
      this.dialled.push({ sandbox: sandbox?.id, ...target });
      if (target.port === 81) throw new Error("connect ECONNREFUSED 127.0.0.1:81");
      const session = await this.runtime.attach(this.runtime.containers[0]?.id ?? "", {
        stdin: true,
        stdout: true,
        stderr: false,
        tty: false,
      });
      return {
        input: only(session.output),
        write: (bytes) => session.write(bytes),
        endOutput: () => session.endInput(),
        close: () => void session.close(),
      };
    },
  };

  /** A container of the pod, which has begun. */
  async container(name: string, role = "app"): Promise<string> {
    this.#attempts += 1;
    const labels = {
      [label.uid]: podName.uid,
      [label.role]: role,
      [label.container]: name,
      [label.attempt]: `${this.#attempts}`,
      ...(role === "sandbox" && { [label.address]: "10.42.1.7" }),
    };
    const spec = { name: `${name}-${this.#attempts}`, labels, stdin: true };
    const id = await this.runtime.create({ ...plainSpec, ...spec });
    await this.runtime.start(id);
    return id;
  }

  open(request: StreamRequest) {
    return openStream(this, request);
  }
}

async function* only(output: AsyncIterable<{ readonly bytes: Uint8Array }>): AsyncGenerator<Uint8Array> {
  for await (const { bytes } of output) yield bytes;
}

describe("a board's streams", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });

  it.each([
    ["a pod of another board", log({ uid: "uid-other" }), "NotFound", /not on board b1/],
    ["a pod of that uid with another name", exec({ pod: "db" }), "NotFound", /not on board b1/],
    ["a pod of that uid in another namespace", exec({ namespace: "kube-system" }), "NotFound", /not on board b1/],
    ["a container that the pod has not", log({ container: "side" }), "BadRequest", /side is not valid for pod web/],
    ["the log of a container that has not begun", log(), "BadRequest", /"main" in pod "web" is waiting to start/],
    ["a command in a container that does not run", exec(), "NotFound", /container not found \("main"\)/],
    ["a port of a pod that does not run", { type: "connect", ...podName, port: 80 }, "Unavailable", /not running/],
  ] as const)("are refused for %s", async (_, request, reason, message) => {
    expect(await bench.open(request).ended).toMatchObject({ type: "failed", reason, message });
  });

  it("say that the engine does not answer", async () => {
    bench.runtime.goDown();
    expect(await bench.open(log()).ended).toMatchObject({ type: "failed", reason: "Unavailable" });
  });

  it("show the log as it was asked for", async () => {
    const id = await bench.container("main");
    for (const line of ["one", "two", "three"]) {
      bench.runtime.print(id, line);
      bench.clock.advance(1_000);
    }
    expect(await bench.open(log()).text).toBe("one\ntwo\nthree\n");
    expect(await bench.open(log({ tailLines: 1 })).text).toBe("three\n");
    expect(await bench.open(log({ limitBytes: 6 })).text).toBe("one\ntw");
    expect(await bench.open(log({ sinceMs: Date.parse("2026-01-02T03:04:06.500Z") })).text).toBe("two\nthree\n");
    const { text, ended } = bench.open(log({ timestamps: true, tailLines: 1 }));
    expect(await text).toBe("2026-01-02T03:04:07.678000000Z three\n");
    expect(await ended).toEqual({ type: "closed" });
  });

  it("follow a log until its container ends, and no further", async () => {
    const id = await bench.container("main");
    bench.runtime.print(id, "before");
    const { text, ended } = bench.open(log({ follow: true }));
    bench.runtime.print(id, "while");
    bench.runtime.exit(id, 0);
    expect(await text).toBe("before\nwhile\n");
    expect(await ended).toEqual({ type: "closed" });
  });

  it("show the run before: of a container that runs again, and of one that waits for its next run", async () => {
    const first = await bench.container("main");
    bench.runtime.print(first, "first");
    expect(await bench.open(log({ previous: true })).ended).toMatchObject({
      reason: "BadRequest",
      message: 'previous terminated container "main" in pod "web" not found',
    });
    bench.runtime.exit(first, 1);
    expect(await bench.open(log({ previous: true })).text).toBe("first\n");
    const second = await bench.container("main");
    bench.runtime.print(second, "second");
    expect(await bench.open(log({ previous: true })).text).toBe("first\n");
    expect(await bench.open(log()).text).toBe("second\n");
    // Nothing is run again: it has ended for good, and the first run is the one before.
    bench.pod = podObject("web", { restartPolicy: "Never" });
    bench.runtime.exit(second, 1);
    expect(await bench.open(log({ previous: true })).text).toBe("first\n");
  });

  it("run a command with input, size and exit code", async () => {
    await bench.container("main");
    const { stream, text, ended } = bench.open(exec({ command: ["sh", "3"], tty: true }));
    expect(await stream.opened).toBeUndefined();
    stream.resize(80, 24);
    await stream.write(0, new TextEncoder().encode("ls\n"));
    stream.finish(0);
    expect(await text).toBe("$ ls\n");
    expect(await ended).toEqual({ type: "exited", code: 3 });
    expect(bench.runtime.sessions[0]?.sizes).toEqual(["80x24"]);
  });

  it("end a command when its client goes", async () => {
    await bench.container("main");
    const { stream } = bench.open(exec());
    await stream.opened;
    stream.close();
    await eventually("it is ended", () => bench.runtime.sessions[0]?.isClosed);
  });

  it("connect to a pod's ports in its network, and to those of the board for pods on it", async () => {
    const sandbox = await bench.container("", "sandbox");
    const { stream, text, ended } = bench.open({ type: "connect", ...podName, port: 80 });
    await stream.write(0, new TextEncoder().encode("GET /"));
    stream.finish(0);
    expect(await text).toBe("GET /");
    expect(await ended).toEqual({ type: "closed" });
    expect(await bench.open({ type: "connect", ...podName, port: 81 }).ended).toMatchObject({
      reason: "Unavailable",
      message: "cannot connect to port 81 of pod web: connect ECONNREFUSED 127.0.0.1:81",
    });
    bench.pod = podObject("web", { hostNetwork: true });
    bench.open({ type: "connect", ...podName, port: 80 }).stream.finish(0);
    await eventually("it is dialled", () => bench.dialled.length === 3);
    expect(bench.dialled).toEqual([
      { sandbox, address: "10.42.1.7", port: 80 },
      { sandbox, address: "10.42.1.7", port: 81 },
      { sandbox: undefined, address: "10.99.0.1", port: 80 },
    ]);
  });
});
