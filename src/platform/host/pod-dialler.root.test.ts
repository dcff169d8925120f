import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { PodConnection } from "../../agent/ports.ts";
import { VirtualClock } from "../../lib/testing/virtual-clock.ts";
import { podDialler } from "./pod-dialler.ts";
import { type BareBoard, startBareBoard } from "./testing/bare-board.ts";

/** Greets on the loopback of the namespace, gives back what it is sent, and says goodbye once that has ended. */
const server = `
require("node:net").createServer({ allowHalfOpen: true }, (socket) => {
  socket.write("welcome ");
  socket.on("data", (bytes) => socket.write(bytes));
  socket.on("end", () => socket.end(" bye"));
}).listen({ port: 7000, host: process.argv[1] }, () => console.log("ready"));`;

const { signal } = new AbortController();
let board: BareBoard | undefined;
const started: ChildProcess[] = [];
afterEach(async () => {
  for (const child of started.splice(0)) child.kill("SIGKILL");
  await board?.stop();
});

async function listenIn(pid: number, host: string): Promise<void> {
  const child = spawn("nsenter", [`--net=/proc/${pid}/ns/net`, process.execPath, "-e", server, host]);
  started.push(child);
  await once(child.stdout, "data");
}

async function textOf({ input }: PodConnection): Promise<string> {
  let text = "";
  for await (const bytes of input) text += new TextDecoder().decode(bytes);
  return text;
}

describe("a dialler", () => {
  it.each(["127.0.0.1", "::1"])("reaches who listens on %s of the pod alone, and half-closes", async (host) => {
    board = await startBareBoard();
    const pid = await board.sandbox();
    await listenIn(pid, host);
    const clock = new VirtualClock();
    const dialler = podDialler(clock);
    for (const word of ["one", "two"]) {
      const connection = await dialler.dial({ id: "s", pid }, { address: undefined, port: 7000 }, signal);
      await connection.write(Buffer.from(word));
      connection.endOutput();
      expect(await textOf(connection)).toBe(`welcome ${word} bye`);
      connection.close();
    }
    clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });

  it("says why nobody is there, and hears of a client that went", async () => {
    board = await startBareBoard();
    const sandbox = { id: "s", pid: await board.sandbox() };
    const clock = new VirtualClock();
    const dialler = podDialler(clock);
    const target = { address: undefined, port: 7000 };
    await expect(dialler.dial(sandbox, target, signal)).rejects.toThrow("connect ECONNREFUSED 127.0.0.1:7000");
    await expect(dialler.dial({ id: "gone", pid: 4_000_000 }, target, signal)).rejects.toThrow(/network is gone/);
    const abort = new AbortController();
    const dialling = dialler.dial(sandbox, target, abort.signal);
    abort.abort(new Error("the client has gone"));
    await expect(dialling).rejects.toThrow("the client has gone");
    clock.advance(60_000);
  });

  it("carries much, both ways at once", async () => {
    board = await startBareBoard();
    const pid = await board.sandbox();
    await listenIn(pid, "127.0.0.1");
    const clock = new VirtualClock();
    const connection = await podDialler(clock).dial({ id: "s", pid }, { address: undefined, port: 7000 }, signal);
    const received = textOf(connection);
    for (let count = 0; count < 100; count += 1) await connection.write(Buffer.alloc(100_000, "x"));
    connection.endOutput();
    expect((await received).length).toBe(10_000_000 + "welcome  bye".length);
    connection.close();
    clock.advance(60_000);
  });

  it("looks for pods on the board's own network there, and no further than a refusal", async () => {
    const listener = createServer((socket) => socket.end("here")).listen(0, "127.0.0.1");
    await once(listener, "listening");
    const bound = listener.address();
    const port = typeof bound === "object" && bound !== null ? bound.port : 0;
    const dialler = podDialler(new VirtualClock());
    const connection = await dialler.dial(undefined, { address: undefined, port }, signal);
    expect(await textOf(connection)).toBe("here");
    connection.close();
    await new Promise((resolve) => listener.close(resolve));
    await expect(dialler.dial(undefined, { address: undefined, port }, signal)).rejects.toThrow(/ECONNREFUSED 127/);
  });
});
