/** A document that many clients fetch and that seldom changes: kept compressed, and not sent to who has it already. */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { constants, gunzip } from "node:zlib";
import { acceptsGzip } from "./accept.ts";
import { compress, type HttpReply } from "./send-reply.ts";

export interface KeptDocument {
  /** Names the content: 64 hexadecimal digits. */
  readonly hash: string;
  readonly contentType: string;
  readonly packed: Uint8Array;
}

export type CachingHeaders = Pick<IncomingHttpHeaders, "accept-encoding" | "if-none-match">;

/** As small as it gets, once and for all. */
export async function keepDocument(contentType: string, body: Uint8Array | string): Promise<KeptDocument> {
  const bytes = Buffer.from(body);
  const hash = createHash("sha256").update(bytes).digest("hex").toUpperCase();
  return { hash, contentType, packed: await compress(bytes, constants.Z_BEST_COMPRESSION) };
}

export async function documentReply(
  { hash, contentType, packed }: KeptDocument,
  headers: CachingHeaders,
  cacheControl = "no-cache, private",
): Promise<HttpReply> {
  const etag = `"${hash}"`;
  const own = { etag, "cache-control": cacheControl };
  if (headers["if-none-match"]?.split(",").some((tag) => tag.trim() === etag)) {
    return { status: 304, contentType, body: new Uint8Array(), headers: own };
  }
  if (!acceptsGzip(headers["accept-encoding"]?.toString())) {
    return { status: 200, contentType, body: await decompress(packed), headers: own };
  }
  return { status: 200, contentType, body: packed, headers: { ...own, "content-encoding": "gzip" } };
}

function decompress(packed: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    gunzip(packed, (error, bytes) => (error === null ? resolve(bytes) : reject(error)));
  });
}
