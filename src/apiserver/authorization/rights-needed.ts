/** Which rights a request needs: mostly the one that it asks for in so many words. */
import type { RequestAttributes } from "./request-attributes.ts";

/** What acts inside a pod, whatever the method. */
const actingSubresources = new Set(["exec", "attach", "portforward"]);

/**
 * Commands and forwarded ports are a POST over SPDY and a GET over a WebSocket, which cannot be anything else. Whoever
 * may only look must not run commands by choosing the protocol, so `create` is needed besides, as in Kubernetes since
 * 1.35 (AuthorizePodWebsocketUpgradeCreatePermission).
 */
export function rightsNeeded(attributes: RequestAttributes): readonly [RequestAttributes, ...RequestAttributes[]] {
  if (attributes.type !== "resource" || attributes.verb === "create") return [attributes];
  const { group, resource, subresource } = attributes;
  const acts = group === "" && resource === "pods" && actingSubresources.has(subresource);
  return acts ? [attributes, { ...attributes, verb: "create" }] : [attributes];
}
