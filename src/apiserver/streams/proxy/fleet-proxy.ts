/** `…/proxy/…` of pods, services and nodes. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { BoardStreams } from "../../../api/board-stream.ts";
import { sendReply } from "../../http/send-reply.ts";
import { refusal } from "../board-refusal.ts";
import type { FleetObjects } from "../fleet-objects.ts";
import type { StreamPlace } from "../stream-place.ts";
import type { Upgrade } from "../upgrade.ts";
import { type Backend, podBackend, portOfPod } from "./backend.ts";
import { answerForNode } from "./node-proxy.ts";
import { parseProxyName } from "./proxy-name.ts";
import { passUpgradeOn } from "./proxy-upgrade.ts";
import { openBackendRequest, type ProxiedRequest, passOn } from "./serve-proxy.ts";
import { serviceBackend } from "./service-backend.ts";

type ProxyPlace = Extract<StreamPlace, { type: "proxy" }>;

export class FleetProxy {
  readonly #objects: FleetObjects;
  readonly #boards: BoardStreams;
  #turns = 0;

  constructor(objects: FleetObjects, boards: BoardStreams) {
    this.#objects = objects;
    this.#boards = boards;
  }

  /** Returns what writes the answer, which the backend has begun by then. Throws `ApiError`. */
  async respond(
    request: IncomingMessage,
    response: ServerResponse,
    place: ProxyPlace,
    signal: AbortSignal,
  ): Promise<() => Promise<void>> {
    const { to, name, prefix, rest } = place;
    if (to === "nodes") {
      const reply = await answerForNode(
        { objects: this.#objects, boards: this.#boards },
        name,
        request.method,
        rest,
        signal,
      );
      return () => sendReply(request, response, reply);
    }
    // Relative links of the backend's pages lead nowhere from a path without its slash.
    if (rest === "" && (request.method === "GET" || request.method === "HEAD")) {
      return async () => void response.writeHead(301, { location: `${prefix}/${searchOf(request)}` }).end();
    }
    const backend = await this.#backend(place, signal);
    const proxied = proxiedRequest(request, place, signal);
    return passOn(await openBackendRequest(this.#boards, backend, proxied), backend, proxied, response);
  }

  /** Returns what serves the connection to its end. Throws `ApiError`. */
  async upgrade(upgrade: Upgrade, place: ProxyPlace): Promise<() => Promise<void>> {
    const { request, signal } = upgrade;
    if (place.to === "nodes") throw refusal(501, "NotImplemented", "boards serve no HTTP: proxy to a pod of the node");
    const backend = await this.#backend(place, signal);
    const proxied = proxiedRequest(request, place, signal);
    const outgoing = await openBackendRequest(this.#boards, backend, proxied, request.headers.upgrade);
    return passUpgradeOn(outgoing, backend, place.prefix, upgrade);
  }

  async #backend({ to, namespace, name: text }: ProxyPlace, signal: AbortSignal): Promise<Backend> {
    const asked = parseProxyName(text);
    if (to === "services") {
      this.#turns += 1;
      return serviceBackend(this.#objects, namespace, asked, this.#turns, signal);
    }
    const pod = await this.#objects.pod({ namespace, name: asked.name }, signal);
    return podBackend(pod, asked.scheme, portOfPod(pod, asked.port, asked.scheme));
  }
}

function proxiedRequest(request: IncomingMessage, { prefix, rest }: ProxyPlace, signal: AbortSignal): ProxiedRequest {
  return { request, prefix, target: `${rest === "" ? "/" : rest}${searchOf(request)}`, signal };
}

function searchOf({ url = "" }: IncomingMessage): string {
  const start = url.indexOf("?");
  return start < 0 ? "" : url.slice(start);
}
