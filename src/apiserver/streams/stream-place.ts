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
      /** As the client wrote it, still encoded, without its query; `/` at least. */
      readonly rest: string;
    };

/** `…/pods/web` and `…/nodes/b1` are this many segments long, the proxy's own name aside. */
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
    const rest = path.split("/").slice(proxySegments[to] + 1);
    return { type: "proxy", to, namespace, name, rest: `/${rest.join("/")}` };
  }
  const type = podStreams.find((each) => each === subresource);
  if (resource !== "pods" || type === undefined || namespace === "") return undefined;
  if (path.replace(/\/$/u, "").split("/").length !== proxySegments.pods + 1) throw ApiError.noSuchPath();
  return { type, namespace, pod: name };
}
