/**
 * What a node answers for itself. Boards listen to nobody, so there is no agent's port to pass requests on to: what the
 * fleet knows of a node is answered here, and the rest says what to ask instead.
 */
import { ApiError } from "../../../api/api-error.ts";
import type { BoardStreams } from "../../../api/board-stream.ts";
import { nodeResource } from "../../../api/kinds/node.ts";
import { podResource } from "../../../api/kinds/pod.ts";
import { isConditionTrue } from "../../../api/meta/condition.ts";
import { apiReply, type HttpReply, textReply } from "../../http/send-reply.ts";
import { refusal } from "../board-refusal.ts";
import type { FleetObjects } from "../fleet-objects.ts";
import { nodeMetrics } from "./node-metrics.ts";
import { parseProxyName } from "./proxy-name.ts";

const agentPort = "10250";

/** Throws `ApiError`: 404 without the node, 501 for what nobody serves. */
export async function answerForNode(
  { objects, boards }: { readonly objects: FleetObjects; readonly boards: BoardStreams },
  text: string,
  method: string | undefined,
  path: string,
  signal: AbortSignal,
): Promise<HttpReply> {
  const { name, port } = parseProxyName(text);
  const node = await objects.get(nodeResource, { namespace: "", name }, signal);
  if (method !== "GET" || (port !== "" && port !== agentPort)) throw notServed(name, path);
  switch (path) {
    case "/healthz":
      if (isConditionTrue(node.status.conditions, "Ready")) return textReply(200, "ok");
      throw ApiError.serviceUnavailable(`node "${name}" is not ready: kubectl describe node ${name} tells why`);
    case "/pods":
      return apiReply(200, await objects.list(podResource, "", { fieldSelector: `spec.nodeName=${name}` }, signal));
    case "/metrics":
      return nodeMetrics(boards, name, signal);
    default:
      throw notServed(name, path);
  }
}

function notServed(node: string, path: string): ApiError {
  return refusal(
    501,
    "NotImplemented",
    `boards serve no HTTP: of node "${node}" there are /healthz, /metrics and /pods, not ${path}. Use kubectl logs, exec and top, or proxy to a pod of it`,
  );
}
