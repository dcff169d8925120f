/**
 * Keeps pages of other sites from acting through a browser that would show its client certificate for them.
 *
 * What they could read, browsers keep from them. They could still send a form (cross-site request forgery), or give their
 * own name this voter's address and so pass for a page of it (DNS rebinding). Browsers say where a request comes from in
 * a header that pages cannot set; other clients do not send it.
 */
import type { IncomingMessage } from "node:http";
import { ApiError } from "../../api/api-error.ts";

const harmless = new Set(["GET", "HEAD", "OPTIONS"]);

/** Throws `ApiError` (403). */
export function refuseForeignPages(
  { method = "GET", headers }: IncomingMessage,
  isOwnHost: ((host: string) => boolean) | undefined,
): void {
  const site = headers["sec-fetch-site"];
  if (site === undefined) return;
  const { host = "" } = headers;
  if (isOwnHost?.(host) === false) {
    throw refusal(`${host} is no name of this voter: use its address, or name it with --server-name`);
  }
  if (!harmless.has(method) && (site === "cross-site" || site === "same-site")) {
    throw refusal("pages of other sites may change nothing here");
  }
}

function refusal(words: string): ApiError {
  return ApiError.forbidden({ group: "", plural: "pages" }, "", words);
}
