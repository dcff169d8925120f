/** What the server answers to anybody who reaches it: that it lives, what it is, and how to join with a token. */
import { ApiError } from "../../api/api-error.ts";
import { joinPath } from "../../api/join-exchange.ts";
import type { HttpExchange, HttpServices } from "./http-exchange.ts";
import { readBody } from "./read-body.ts";
import { apiReply, type HttpReply, textReply } from "./send-reply.ts";

const healthPaths = new Set(["/healthz", "/livez", "/readyz"]);
/** A key's request for a certificate and a few names. */
const joinBytesMax = 16 * 1024;

export function isPublicPath(path: string): boolean {
  return path === "/version" || path === joinPath || healthPaths.has(path);
}

/** Throws `ApiError`. */
export async function servePublic(
  { request, target, method }: HttpExchange,
  { version, join }: Pick<HttpServices, "version" | "join">,
): Promise<HttpReply> {
  if (target.path === joinPath) {
    if (method !== "POST") throw ApiError.noSuchPath();
    return apiReply(200, await join(await readBody(request, joinBytesMax)));
  }
  if (method !== "GET") throw ApiError.noSuchPath();
  return target.path === "/version" ? apiReply(200, version) : textReply(200, "ok");
}
