/** Which headers cross a proxy: not those that are about the connection, nor those that prove who asked us. */
import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Backend } from "./backend.ts";

/** RFC 9110, section 7.6.1; what a client expects before it sends its body, it was told by us. */
const hopByHop = [
  "connection",
  "expect",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];
const credentials = /^(authorization$|impersonate-|x-remote-)/u;

/** `prefix` is the path that leads to the backend's root. */
export function forwardedHeaders(
  request: IncomingMessage,
  { address, port }: Backend,
  prefix: string,
): OutgoingHttpHeaders {
  const { headers, socket } = request;
  const kept = endToEnd(headers).filter(([name]) => !credentials.test(name) && !name.startsWith("x-forwarded-"));
  const before = headers["x-forwarded-for"];
  return {
    ...Object.fromEntries(kept),
    // Node would send such a body without saying where it ends, if the method seldom has one.
    ...(headers["transfer-encoding"] !== undefined && { "transfer-encoding": "chunked" }),
    host: address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`,
    "x-forwarded-for": [before, socket.remoteAddress].filter((each) => each !== undefined).join(", "),
    "x-forwarded-host": headers.host ?? "",
    "x-forwarded-proto": "https",
    "x-forwarded-uri": prefix,
  };
}

/** A backend's redirect to itself leads through the proxy again; we follow none. */
export function returnedHeaders(
  response: IncomingMessage,
  { address, port }: Backend,
  prefix: string,
): OutgoingHttpHeaders {
  const { location } = response.headers;
  const kept = Object.fromEntries(endToEnd(response.headers));
  if (location === undefined) return kept;
  return { ...kept, location: rewritten(location, `${address}:${port}`, prefix) };
}

function rewritten(location: string, host: string, prefix: string): string {
  if (location.startsWith("/") && !location.startsWith("//")) return `${prefix}${location}`;
  const url = URL.parse(location);
  return url?.host === host ? `${prefix}${url.pathname}${url.search}${url.hash}` : location;
}

function endToEnd(headers: IncomingHttpHeaders): [string, string | string[] | undefined][] {
  const named = (headers.connection ?? "").split(",").map((name) => name.trim().toLowerCase());
  return Object.entries(headers).filter(([name]) => !hopByHop.includes(name) && !named.includes(name));
}
