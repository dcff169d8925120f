/** Which of the paths that carry streams a request names; what follows a proxy's path is its backend's. */
import { ApiError } from "../../api/api-error.ts";
import type { RequestAttributes } from "../authorization/request-attributes.ts";

const podStreams = ["log", "exec", "attach", "portforward"] as const;
const proxied = ["pods", "services", "nodes"] as const;

export type StreamPlace =
  | { readonly type: (typeof podStreams)[number]; readonly namespace: string; readonly pod: string }
  | {
      readonly type: "proxy";
      readonly to: (typeof proxied)[number];
      /** Empty for nodes. */
      readonly namespace: string;
      /** With scheme and port where they are given: `https:web:8443`. */
      readonly name: string;
      /** What leads to the backend, as the client wrote it: `/api/v1/nodes/b1/proxy`. */
      readonly prefix: string;
      /** The backend's own path, still encoded, without its query; empty where the client left out even the slash. */
      readonly rest: string;
    };

/** How many segments `…/pods/web/proxy` and `…/nodes/b1/proxy` have. */
const proxySegments = { pods: 7, services: 7, nodes: 5 };

/** Undefined for everything else. Taken from what was authorized, so that the two cannot differ. */
export function streamPlace(attributes: RequestAttributes, url: string): StreamPlace | undefined {
  if (attributes.type !== "resource" || attributes.group !== "" || attributes.version !== "v1") return undefined;
  const { resource, subresource, namespace, name } = attributes;
  const [path = ""] = url.split("?");
  if (name === "") return undefined;
  if (subresource === "proxy") {
    const to = proxied.find((each) => each === resource);
    if (to === undefined || (to === "nodes") !== (namespace === "")) return undefined;
    const prefix = path.split("/", proxySegments[to] + 1).join("/");
    return { type: "proxy", to, namespace, name, prefix, rest: path.slice(prefix.length) };
  }
  const type = podStreams.find((each) => each === subresource);
  if (resource !== "pods" || type === undefined || namespace === "") return undefined;
  if (path.replace(/\/$/u, "").split("/").length !== proxySegments.pods + 1) throw ApiError.noSuchPath();
  return { type, namespace, pod: name };
}
