import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../lib/testing/eventually.ts";
import { dockerRuntime, dockerSocketPath } from "../../platform/docker/docker-runtime.ts";
import { podDialler } from "../../platform/host/pod-dialler.ts";
import { systemClock } from "../../platform/host/system-clock.ts";
import { ensurePauseImage } from "../pause-image/pause-image.ts";
import { pauseImage } from "../pause-image/pause-name.ts";
import { label } from "../pod/observed-pod.ts";
import { execRequest, logRequest, openStream, plainSpec, podName } from "../testing/stream-bench.ts";
import { podObject } from "../testing/test-board.ts";

/** What the agent serves on a real engine; how it gets there is the brokers' tests'. */
describe("a board's streams on Docker", () => {
  const runtime = dockerRuntime(dockerSocketPath(process.env));
  const bench = { runtime, dialler: podDialler(systemClock), clock: systemClock, pod: podObject("web") };
  let attempts = 0;

  beforeAll(() => ensurePauseImage(runtime, process.arch === "x64" ? "amd64" : process.arch));
  afterEach(async () => {
    for (const { id } of await runtime.list(`${label.uid}=${podName.uid}`)) await runtime.remove(id);
  });

  const begin = async (script: string, sandbox?: string) => {
    attempts += 1;
    const id = await runtime.create({
      ...plainSpec,
      name: `served-${process.pid}-${attempts}`,
      labels: {
        [label.uid]: podName.uid,
        [label.role]: "app",
        [label.container]: "main",
        [label.attempt]: `${attempts}`,
      },
      command: ["sh", "-c", script],
      ...(sandbox !== undefined && { network: { sandbox } }),
    });
    await runtime.start(id);
    return id;
  };
  const end = async (id: string) => {
    await runtime.stop(id, 0);
    await eventually("it has ended", async () => (await runtime.inspect(id))?.state === "exited");
  };

  it("show the log of this run and of the one before, and follow one to its end alone", async () => {
    const first = await begin("echo first; sleep 600");
    const following = openStream(bench, logRequest({ follow: true }));
    await end(first);
    expect(await openStream(bench, logRequest({ previous: true })).text).toBe("first\n");
    await begin("echo second; sleep 600");
    expect(await following.text).toBe("first\n");
    expect(await following.ended).toEqual({ type: "closed" });
    expect(await openStream(bench, logRequest()).text).toBe("second\n");
    expect(await openStream(bench, logRequest({ previous: true, limitBytes: 3 })).text).toBe("fir");
  });

  it("run a command to its exit code, and answer after its input has ended", async () => {
    await begin("sleep 600");
    const { stream, text, ended } = openStream(bench, execRequest({ command: ["sh", "-c", "cat; echo .; exit 9"] }));
    await stream.write(0, Buffer.from("hello"));
    stream.finish(0);
    expect(await text).toBe("hello.\n");
    expect(await ended).toEqual({ type: "exited", code: 9 });
  });

  it("give a terminal its size", async () => {
    await begin("sleep 600");
    // The engine is told of the size beside the stream, so input may come first.
    const command = ["sh", "-c", 'until [ "$(stty size 2>&1)" = "22 111" ]; do sleep 0.05; done; stty size'];
    const { stream, text, ended } = openStream(bench, execRequest({ command, tty: true }));
    expect(await stream.opened).toBeUndefined();
    stream.resize(111, 22);
    expect(await text).toMatch(/22 111\r\n$/);
    expect(await ended).toEqual({ type: "exited", code: 0 });
  });

  it("kill what a client leaves behind", async () => {
    const id = await begin("sleep 600");
    const { stream } = openStream(bench, execRequest({ command: ["sh", "-c", "sleep 5432 & sleep 5432"] }));
    const running = async () => (await processes(id)).split("sleep5432").length - 1;
    await eventually("both run", async () => (await running()) >= 2);
    stream.close();
    await eventually("none is left", async () => (await running()) === 0);
  });

  it("end in words when the container dies under a command", async () => {
    const id = await begin("sleep 600");
    const { text, ended } = openStream(bench, execRequest({ command: ["sleep", "600"], stdin: false }));
    await eventually("it runs", async () => (await processes(id)).split("sleep600").length > 2);
    await end(id);
    expect(await text).toBe("");
    expect(await ended).toMatchObject({ type: "exited", code: 137 });
  });

  it("connect to what listens on the pod's loopback", async () => {
    const sandbox = await runtime.create({
      ...plainSpec,
      name: `served-${process.pid}-sandbox`,
      image: pauseImage,
      labels: { [label.uid]: podName.uid, [label.role]: "sandbox" },
    });
    await runtime.start(sandbox);
    await begin("mkdir /www; echo welcome >/www/index.html; httpd -f -p 127.0.0.1:80 -h /www", sandbox);
    const ask = async () => {
      const { stream, text } = openStream(bench, { type: "connect", ...podName, port: 80 });
      await stream.write(0, Buffer.from("GET / HTTP/1.0\r\n\r\n"));
      stream.finish(0);
      return (await text).includes("welcome");
    };
    await eventually("it answers", ask);
    const refused = openStream(bench, { type: "connect", ...podName, port: 81 });
    expect(await refused.ended).toMatchObject({ reason: "Unavailable", message: /port 81 of pod web: .*ECONNREFUSED/ });
  });

  async function processes(id: string): Promise<string> {
    const { output } = await runtime.exec(id, ["sh", "-c", "cat /proc/[0-9]*/cmdline | tr -d '\\0'"], 5_000);
    return output;
  }
});
