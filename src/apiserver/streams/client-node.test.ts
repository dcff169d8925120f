import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, writeFile } from "node:fs/promises";
import { createServer, type Socket } from "node:net";
import { PassThrough, Readable, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { Attach, Exec, KubeConfig, Log, PortForward, type V1Status } from "@kubernetes/client-node";
import { afterAll, expect, it } from "vitest";
import { StreamFleet } from "./testing/stream-fleet.ts";

const fleet = await StreamFleet.open();
afterAll(() => fleet.close());
const config = new KubeConfig();
config.loadFromFile(fleet.kubeconfig);

async function exec(command: string[], stdin: Readable | null, tty = false) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const ended = Promise.withResolvers<V1Status>();
  const socket = await new Exec(config).exec(
    "default",
    "web",
    "main",
    command,
    stdout,
    stderr,
    stdin,
    tty,
    ended.resolve,
  );
  socket.on("close", () => {
    stdout.end();
    stderr.end();
  });
  return { stdout, stderr, status: ended.promise };
}

it("runs commands: outputs apart, and the exit code as the client's library shows it", async () => {
  const { stdout, stderr, status } = await exec(["sh", "-c", "echo out; echo err >&2; exit 7"], null);
  expect([await text(stdout), await text(stderr)]).toEqual(["out\n", "err\n"]);
  expect(await status).toMatchObject({
    status: "Failure",
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: "7" }] },
  });
  expect(await (await exec(["true"], null)).status).toMatchObject({ status: "Success" });
});

it("feeds a command 20 MB, and tells it that this is all", async () => {
  const chunk = Buffer.alloc(64 * 1024, "x");
  const input = Readable.from(Array.from({ length: 320 }, () => chunk));
  const { stdout, status } = await exec(["wc", "-c"], input);
  expect((await text(stdout)).trim()).toBe(String(20 * 1024 * 1024));
  expect(await status).toMatchObject({ status: "Success" });
});

it("attaches", async () => {
  fleet.board.running.set("main", spawn("sh", ["-c", "read x; echo got $x"]));
  const stdout = new PassThrough();
  const stdin = Readable.from(["word\n"]);
  const socket = await new Attach(config).attach("default", "web", "main", stdout, null, stdin, false);
  await once(socket, "close");
  stdout.end();
  expect(await text(stdout)).toBe("got word\n");
});

it("follows logs", async () => {
  const file = `${fleet.directory}/log`;
  await writeFile(file, "one\n");
  fleet.board.logs.set("main", file);
  const seen: string[] = [];
  const sink = new Writable({
    write(chunk, _, done) {
      seen.push(String(chunk));
      done();
    },
  });
  // The library leaves it to nobody to hear that what was aborted has been.
  sink.on("pipe", (source) => source.on("error", () => {}));
  const abort = await new Log(config).log("default", "web", "main", sink, { follow: true });
  await expect.poll(() => seen.join("")).toBe("one\n");
  await appendFile(file, "two\n");
  await expect.poll(() => seen.join("")).toBe("one\ntwo\n");
  abort.abort();
  await expect.poll(() => fleet.board.openCount).toBe(0);
});

it("forwards a port over a WebSocket's own channels", async () => {
  const echo = createServer((socket: Socket) => socket.pipe(socket));
  await once(echo.listen(0, "127.0.0.1"), "listening");
  const address = echo.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const input = new PassThrough();
  const socket = await new PortForward(config).portForward("default", "web", [port], output, errors, input);
  input.write("hello");
  const [chunk] = await once(output, "data");
  expect(String(chunk)).toBe("hello");
  if (typeof socket === "function") socket()?.close();
  else socket.close();
  await expect.poll(() => fleet.board.openCount).toBe(0);
  echo.close();
});

it("learns which port is refused", async () => {
  const errors = new PassThrough();
  await new PortForward(config).portForward("default", "web", [1], new PassThrough(), errors, new PassThrough());
  const [said] = await once(errors, "data");
  expect(String(said)).toContain("error forwarding port 1 to pod default/web");
});
