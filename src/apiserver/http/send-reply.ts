/** Answers one request: JSON with its length, compressed where that is worth the client's and the board's while. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { constants, gzip } from "node:zlib";
import { isPlainObject } from "../../api/meta/schema.ts";
import { textOfWritten } from "../storage/object-text.ts";
import { acceptsGzip } from "./accept.ts";
import { moves } from "./drained.ts";
import { writeBytesMax, writeParts } from "./write-parts.ts";

/** Below this, compression costs more than the link; Kubernetes uses the same bound. */
export const gzipBytesMin = 128 * 1024;
export const gzipLevel = constants.Z_BEST_SPEED;

/** A client that takes nothing of a long reply for so long is gone or stuck. */
const stallMsMax = 30_000;

export const jsonType = "application/json";

/** Of all warnings together, and of one where all are too much: a header has room for no more. */
const warningsLengthMax = 4096;
const warningLengthMax = 256;

export interface HttpReply {
  readonly status: number;
  readonly contentType: string;
  readonly body: Uint8Array;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** `body` as JSON. A `Status` that asks to try again later says so in its header, which clients heed by themselves. */
export function apiReply(status: number, body: unknown): HttpReply {
  const retryAfter = retryAfterSeconds(body);
  return {
    status,
    contentType: jsonType,
    body: Buffer.from(`${textOf(body)}\n`),
    headers: retryAfter === undefined ? {} : { "retry-after": String(retryAfter) },
  };
}

function textOf(body: unknown): string {
  return (isPlainObject(body) && textOfWritten(body)) || JSON.stringify(body);
}

function retryAfterSeconds(body: unknown): unknown {
  if (!isPlainObject(body) || body["kind"] !== "Status" || !isPlainObject(body["details"])) return undefined;
  return body["details"]["retryAfterSeconds"];
}

/** Clients print them and go on (RFC 7234, section 5.5; code 299). */
export function withWarnings<Reply extends Omit<HttpReply, "body">>(
  reply: Reply,
  warnings: readonly string[] = [],
): Reply {
  if (warnings.length === 0) return reply;
  const warning = bounded(warnings).map((text) => `299 - "${headerText(text)}"`);
  return { ...reply, headers: { ...reply.headers, warning } };
}

/** All of them where they are short; else the beginnings of as many as fit, as Kubernetes does. */
function bounded(texts: readonly string[]): readonly string[] {
  const total = texts.reduce((sum, { length }) => sum + length, 0);
  if (total <= warningsLengthMax) return texts;
  return texts.map((text) => text.slice(0, warningLengthMax)).slice(0, warningsLengthMax / warningLengthMax);
}

/** As the inside of a quoted string of a header, which has no line breaks. */
function headerText(text: string): string {
  return text.replace(/[^\x20-\x7e]+/g, " ").replace(/["\\]/g, "\\$&");
}

export function textReply(status: number, text: string): HttpReply {
  return { status, contentType: "text/plain; charset=utf-8", body: Buffer.from(text) };
}

/** A client that is gone is not answered. */
export async function sendReply(request: IncomingMessage, response: ServerResponse, reply: HttpReply): Promise<void> {
  const isPacked = reply.headers?.["content-encoding"] !== undefined;
  const isWorthIt = !isPacked && reply.body.length >= gzipBytesMin && takesGzip(request);
  const packed = isWorthIt ? await compress(reply.body) : undefined;
  const body = packed ?? reply.body;
  if (response.destroyed) return;
  response.writeHead(reply.status, {
    "content-length": body.length,
    ...(packed !== undefined && { "content-encoding": "gzip" }),
    ...replyHeaders(reply),
  });
  if (request.method === "HEAD") response.end();
  else if (body.length <= writeBytesMax) response.end(body);
  else {
    response.setTimeout(stallMsMax, () => response.destroy());
    await writeParts(response, body, () => moves(response));
    response.end();
  }
}

export function replyHeaders({ contentType, headers }: Omit<HttpReply, "body">) {
  return {
    "content-type": contentType,
    "cache-control": "no-cache, private",
    vary: "accept, accept-encoding",
    ...headers,
  };
}

export function takesGzip(request: IncomingMessage): boolean {
  return acceptsGzip(header(request, "accept-encoding"));
}

export function compress(bytes: Uint8Array, level = gzipLevel): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gzip(bytes, { level }, (error, packed) => (error === null ? resolve(packed) : reject(error)));
  });
}

function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}
