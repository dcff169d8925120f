/** All that streams between clients and boards: logs and proxied requests as answers, the rest as upgraded connections. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { ApiError } from "../../api/api-error.ts";
import type { BoardStreams } from "../../api/board-stream.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { ApiServer } from "../api-server.ts";
import { refusalOf } from "../error-reply.ts";
import type { HttpExchange } from "../http/http-exchange.ts";
import { boundInFlight } from "../http/in-flight.ts";
import { admitRequest } from "../http/request-access.ts";
import { FleetObjects } from "./fleet-objects.ts";
import { openLog } from "./log/serve-log.ts";
import { openPortForward } from "./port-forward/serve-port-forward.ts";
import { FleetProxy } from "./proxy/fleet-proxy.ts";
import { openRemoteCommand } from "./remote-command/serve-command.ts";
import { type StreamPlace, streamPlace } from "./stream-place.ts";
import { type StreamSources, type Upgrade, upgradeProtocol } from "./upgrade.ts";
import { refuseUpgrade } from "./upgrade-answer.ts";
import { adoptBearerProtocol, refuseForeignOrigin } from "./websocket/accept-websocket.ts";

/** Connections that have become streams, of all clients of this voter. */
const upgradesMax = 256;
const retrySeconds = 5;
/** As long as Kubernetes keeps a stream on which nothing moves. The kernel finds clients that are gone before that. */
const idleMsMax = 4 * 60 * 60 * 1000;

export interface StreamServerOptions {
  readonly apiServer: ApiServer;
  readonly boards: BoardStreams;
  readonly clock: Clock;
  readonly log: Logger;
}

export class StreamServer {
  readonly #options: StreamServerOptions;
  readonly #sources: StreamSources;
  readonly #proxy: FleetProxy;
  readonly #upgrades = boundInFlight(upgradesMax);

  constructor(options: StreamServerOptions) {
    this.#options = options;
    this.#sources = { ...options, objects: new FleetObjects(options.apiServer) };
    this.#proxy = new FleetProxy(this.#sources.objects, options.boards);
  }

  /** Answers a request that was let in, or returns what streams the answer. Throws `ApiError`. */
  async respond({ request, response, signal }: HttpExchange, place: StreamPlace): Promise<() => Promise<void>> {
    const query = queryOf(request);
    switch (place.type) {
      case "log": {
        if (request.method !== "GET") throw ApiError.methodNotAllowed({ group: "", plural: "pods/log" }, "this method");
        const write = await openLog(this.#sources, { ...place, query, signal });
        return () => write(response);
      }
      case "exec":
      case "attach":
      case "portforward":
        requireStreamMethod(request, place.type);
        throw ApiError.badRequest("Upgrade request required: ask for SPDY/3.1 or websocket");
      case "proxy":
        return this.#proxy.respond(request, response, place, signal);
    }
  }

  /** Takes the connection over; never rejects. What cannot be served is answered, and the connection closed. */
  async upgrade(request: IncomingMessage, socket: Socket, head: Buffer): Promise<void> {
    socket.on("error", () => socket.destroy());
    socket.setTimeout(idleMsMax, () => socket.destroy());
    const gone = new AbortController();
    socket.once("close", () => gone.abort(new Error("the client is gone")));
    const leave = this.#upgrades.enter();
    try {
      if (leave === undefined) {
        throw ApiError.tooManyRequests(
          `more than ${upgradesMax} streams at once; close some or try again`,
          retrySeconds,
        );
      }
      const serve = await this.#open(request, socket, head, gone.signal);
      await serve().catch((thrown: unknown) => this.#abandon(socket, thrown));
    } catch (thrown) {
      const { code, status } = refusalOf(thrown, this.#options.log);
      refuseUpgrade(socket, code, status);
    } finally {
      leave?.();
    }
  }

  async #open(request: IncomingMessage, socket: Socket, head: Buffer, signal: AbortSignal) {
    adoptBearerProtocol(request);
    const { attributes } = await admitRequest(request, this.#options.apiServer.access);
    const place = streamPlace(attributes, request.url ?? "");
    const protocol = upgradeProtocol(request);
    if (place === undefined || protocol === undefined) throw ApiError.noSuchPath();
    refuseForeignOrigin(request);
    if (place.type !== "proxy") requireStreamMethod(request, place.type);
    const upgrade: Upgrade = { request, socket, head, query: queryOf(request), protocol, signal };
    switch (place.type) {
      case "exec":
      case "attach":
        return openRemoteCommand(this.#sources, { ...place, type: place.type }, upgrade);
      case "portforward":
        return openPortForward(this.#sources, place, upgrade);
      case "proxy":
        return this.#proxy.upgrade(upgrade, place);
      case "log":
        throw ApiError.noSuchPath();
    }
  }

  /** A bug: what else goes wrong while a stream is served ends it in the words of its own protocol. */
  #abandon(socket: Socket, thrown: unknown): void {
    this.#options.log.error("a stream failed", { error: thrown instanceof Error ? thrown.stack : String(thrown) });
    socket.destroy();
  }
}

/** The methods of the two protocols. A proxy passes any method on. */
function requireStreamMethod({ method }: IncomingMessage, subresource: string): void {
  if (method === "GET" || method === "POST") return;
  throw ApiError.methodNotAllowed({ group: "", plural: `pods/${subresource}` }, "this method");
}

function queryOf({ url = "" }: IncomingMessage): URLSearchParams {
  const [, ...query] = url.split("?");
  return new URLSearchParams(query.join("?"));
}
