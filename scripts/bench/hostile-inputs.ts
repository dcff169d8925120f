/** Inputs made to hurt a voter's API, each to be repeated until it is told to stop. */
import { Agent, request } from "node:https";
import { setTimeout as pause } from "node:timers/promises";
import { connect, type TLSSocket } from "node:tls";
import type { HttpsTarget } from "./https-client.ts";

/** Resolves when the signal has ended it; calls `sent` for each that was answered or given up. */
export type HostileInput = (target: HttpsTarget, signal: AbortSignal, sent: () => void) => Promise<void>;

const maps = "/api/v1/namespaces/default/configmaps";
const host = "127.0.0.1";
const json = "application/json";

function aliases(): string {
  const lines = ["a0: &a0 [x]"];
  for (let depth = 1; depth < 30; depth += 1)
    lines.push(
      `a${depth}: &a${depth} [${Array(9)
        .fill(`*a${depth - 1}`)
        .join(",")}]`,
    );
  return lines.join("\n");
}

/** As many as a patch may have, each of them a copy of all that is there. */
function copies(): string {
  return JSON.stringify(
    Array.from({ length: 10_000 }, (_, at) => ({ op: "copy", from: "/data", path: `/data/c${at}` })),
  );
}

/** As many as may be understood, and as much as may be stored: all is done before the name turns out to be taken. */
function manyFields(): string {
  const data = Object.fromEntries(Array.from({ length: 31_000 }, (_, at) => [`k${at}`, "x".repeat(30)]));
  return JSON.stringify({ metadata: { name: "large" }, data });
}

export const hostileInputs: Readonly<Record<string, HostileInput>> = {
  "bodies of 4 MiB": bodies(4, "POST", maps, json, Buffer.alloc(4 * 1024 * 1024, 0x20)),
  "bodies of 3 MiB": bodies(4, "POST", maps, json, Buffer.from(`[${"0,".repeat(1_500_000)}0]`)),
  "31,000 values": bodies(4, "POST", maps, json, Buffer.from(manyFields())),
  "YAML of 3 MiB": bodies(4, "POST", maps, "application/yaml", Buffer.from("- 0\n".repeat(700_000))),
  "JSON 10,000 deep": bodies(8, "POST", maps, json, Buffer.from("[".repeat(10_000))),
  "YAML aliases": bodies(8, "POST", maps, "application/yaml", Buffer.from(aliases())),
  "10,000 patch operations": bodies(8, "PATCH", `${maps}/honest`, "application/json-patch+json", Buffer.from(copies())),
  "300 lists at once": bodies(300, "GET", maps, json),
  "100 unread watches": unreadWatches(100),
  "500 slow heads": slow(500, `GET ${maps} HTTP/1.1\r\nHost: x\r\nX-A: `),
  "300 strangers' slow bodies": strangers(
    slow(300, `POST /bramble/v1/join HTTP/1.1\r\nHost: x\r\nContent-Type: ${json}\r\nContent-Length: 10000\r\n\r\n{`),
  ),
};

/** From so many connections at a time. */
function bodies(connections: number, method: string, path: string, type: string, body?: Buffer): HostileInput {
  return async (target, signal, sent) => {
    const agent = new Agent({ keepAlive: true, ...target, checkServerIdentity: () => undefined });
    const headers = body === undefined ? {} : { "content-type": type, "content-length": body.length };
    const run = async () => {
      while (!signal.aborted) {
        await new Promise<void>((resolve) => {
          const asked = request({ host, port: target.port, agent, method, path, headers, signal }, (response) => {
            response
              .on("error", () => {})
              .resume()
              .once("close", resolve);
          });
          // A refused body's connection is closed under it.
          asked.on("error", () => resolve()).end(body);
        });
        sent();
      }
    };
    await Promise.all(Array.from({ length: connections }, run));
    agent.destroy();
  };
}

/** Opens watches, reads nothing from them, and opens others in place of those that are closed; objects change meanwhile. */
function unreadWatches(count: number): HostileInput {
  return async (target, signal, sent) => {
    const head = `GET ${maps}?watch=true HTTP/1.1\r\nHost: x\r\n\r\n`;
    const watch = async () => {
      while (!signal.aborted) {
        const socket = open(target, signal);
        socket.once("secureConnect", () => socket.write(head));
        await closed(socket);
        sent();
      }
    };
    const text = "x".repeat(20_000);
    const change = async () => {
      for (let turn = 0; !signal.aborted; turn += 1) {
        const body = Buffer.from(JSON.stringify({ data: { text: `${turn} ${text}` } }));
        const done = new AbortController();
        const path = `${maps}/honest`;
        await bodies(1, "PATCH", path, "application/merge-patch+json", body)(target, done.signal, () => done.abort());
        await pause(50);
      }
    };
    await Promise.all([change(), ...Array.from({ length: count }, watch)]);
  };
}

/** So many connections that send `head`, and then a byte now and then. */
function slow(count: number, head: string): HostileInput {
  return async (target, signal, sent) => {
    const run = async () => {
      while (!signal.aborted) {
        const socket = open(target, signal);
        socket.once("secureConnect", () => socket.write(head));
        const drip = setInterval(() => socket.writable && socket.write("b"), 1_000);
        socket.resume();
        await closed(socket);
        clearInterval(drip);
        sent();
        // Refused ones come back, though not in a busy loop of handshakes: that would be another input.
        if (!signal.aborted) await pause(200);
      }
    };
    await Promise.all(Array.from({ length: count }, run));
  };
}

/** The same without a certificate. */
function strangers(input: HostileInput): HostileInput {
  return (target, signal, sent) => input({ ...target, cert: "", key: "" }, signal, sent);
}

function open({ port, ca, cert, key }: HttpsTarget, signal: AbortSignal): TLSSocket {
  const identity = cert === "" ? {} : { cert, key };
  const socket = connect({ host, port, ca, ...identity, checkServerIdentity: () => undefined });
  socket.on("error", () => {});
  const end = () => socket.destroy();
  signal.addEventListener("abort", end);
  socket.once("close", () => signal.removeEventListener("abort", end));
  return socket;
}

/** Errors end a connection like anything else. */
function closed(socket: TLSSocket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
}
