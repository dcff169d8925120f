/** Reads, writes and swaps ConfigMaps through one voter's public API, and tells what is known of each outcome. */
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { administratorOf, serverOf } from "../lab/lab-kubeconfig.ts";
import type { LabBoard } from "../lab/lab-record.ts";
import type { Version } from "./versioned-register.ts";
import type { NamedVersion } from "./watch-guarantees.ts";

export type Reply =
  /** The object as it was read or written; revision 0 where there is none. */
  | { readonly kind: "version"; readonly version: Version }
  | { readonly kind: "conflict" }
  /** Nothing happened, and nothing will. */
  | { readonly kind: "refused" }
  /** Nobody knows. */
  | { readonly kind: "lost" };

export type WatchLine =
  | { readonly kind: "event"; readonly version: NamedVersion }
  /** Everything up to this revision has been told. */
  | { readonly kind: "bookmark"; readonly revision: number }
  /** What was asked for is forgotten. */
  | { readonly kind: "expired" };

const timeoutMs = 3_000;
const collection = "/api/v1/namespaces/default/configmaps";
const absent: Version = { value: "nothing", revision: 0 };

const objectSchema = z
  .object({
    metadata: z.object({ name: z.string(), resourceVersion: z.string().transform(Number) }),
    data: z.object({ value: z.string().default("") }).default({ value: "" }),
  })
  .transform(({ metadata, data }) => ({ name: metadata.name, value: data.value, revision: metadata.resourceVersion }));
const listSchema = z.object({ metadata: z.object({ resourceVersion: z.string().transform(Number) }) });
const lineSchema = z.discriminatedUnion("type", [
  z.object({ type: z.enum(["ADDED", "MODIFIED", "DELETED"]), object: objectSchema }),
  z.object({ type: z.literal("BOOKMARK"), object: listSchema }),
  z.object({ type: z.literal("ERROR"), object: z.object({ code: z.number() }) }),
]);

export class ConfigMapClient {
  readonly #server: string;
  readonly #agent: Agent;

  constructor(lab: string, voter: LabBoard) {
    this.#server = serverOf(voter);
    this.#agent = new Agent({ ...administratorOf(lab), keepAlive: true });
  }

  create(name: string, value: string): Promise<Reply> {
    return this.#version("POST", collection, configMap(name, value));
  }

  /** Linearizable. */
  read(name: string): Promise<Reply> {
    return this.#version("GET", `${collection}/${name}`);
  }

  write(name: string, value: string): Promise<Reply> {
    return this.#version("PUT", `${collection}/${name}`, configMap(name, value));
  }

  /** Writes if the last change was at `expected`. */
  swap(name: string, expected: number, value: string): Promise<Reply> {
    return this.#version("PUT", `${collection}/${name}`, configMap(name, value, String(expected)));
  }

  /** The fleet's revision at the moment. Throws where this voter does not know. */
  async revision(): Promise<number> {
    const answer = await this.#send("GET", `${collection}?limit=1`, AbortSignal.timeout(timeoutMs));
    return listSchema.parse(JSON.parse(await text(answer))).metadata.resourceVersion;
  }

  /** What changes after a revision. Ends when the signal aborts or the voter ends it; throws where it never began. */
  async *watch(after: number, signal: AbortSignal): AsyncGenerator<WatchLine> {
    const path = `${collection}?watch=true&allowWatchBookmarks=true&resourceVersion=${after}`;
    const answer = await this.#send("GET", path, signal);
    if (answer.statusCode === 410) {
      yield { kind: "expired" };
      return;
    }
    if (answer.statusCode !== 200) throw new Error(`no watch: ${answer.statusCode} ${await text(answer)}`);
    try {
      for await (const line of createInterface({ input: answer })) yield parseLine(line);
    } finally {
      answer.destroy();
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  async #version(method: string, path: string, body?: unknown): Promise<Reply> {
    try {
      const answer = await this.#send(method, path, AbortSignal.timeout(timeoutMs), body);
      return replyOf(answer.statusCode ?? 0, await text(answer));
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      return { kind: code === "ECONNREFUSED" || code === "EHOSTUNREACH" ? "refused" : "lost" };
    }
  }

  #send(method: string, path: string, signal: AbortSignal, body?: unknown): Promise<IncomingMessage> {
    const headers = { "content-type": "application/json" };
    return new Promise((resolve, reject) => {
      const call = request(`${this.#server}${path}`, { agent: this.#agent, method, headers, signal }, resolve);
      call.on("error", reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}

function configMap(name: string, value: string, resourceVersion?: string) {
  const metadata = { name, ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { value } };
}

/** 503 and 429 say that nothing was begun; of 504 and all else nothing is known. */
function replyOf(status: number, body: string): Reply {
  switch (status) {
    case 200:
    case 201: {
      const { value, revision } = objectSchema.parse(JSON.parse(body));
      return { kind: "version", version: { value, revision } };
    }
    case 404:
      return { kind: "version", version: absent };
    case 409:
      return { kind: "conflict" };
    case 429:
    case 503:
      return { kind: "refused" };
    default:
      return { kind: "lost" };
  }
}

function parseLine(text: string): WatchLine {
  const line = lineSchema.parse(JSON.parse(text));
  switch (line.type) {
    case "BOOKMARK":
      return { kind: "bookmark", revision: line.object.metadata.resourceVersion };
    case "ERROR":
      if (line.object.code !== 410) throw new Error(`the watch ended: ${text}`);
      return { kind: "expired" };
    default:
      return { kind: "event", version: line.object };
  }
}
