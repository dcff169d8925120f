/** Serves the API and all that is beside it on a listener that has the port. */
import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { ApiError } from "../../api/api-error.ts";
import type { BoardStreams } from "../../api/board-stream.ts";
import { StreamServer } from "../streams/stream-server.ts";
import { refuseUpgrade } from "../streams/upgrade-answer.ts";
import { isTelemetryPath, type TelemetryService, upgradeToTelemetry } from "../telemetry/serve-telemetry.ts";
import { type BuildInfo, versionDocument } from "../version.ts";
import { createApiDocuments } from "./api-documents.ts";
import type { HttpServices } from "./http-exchange.ts";
import type { HttpListener } from "./http-listener.ts";
import { createRequestHandler } from "./request-handler.ts";

export interface ApiServices
  extends Pick<HttpServices, "apiServer" | "join" | "operations" | "metrics" | "dashboard" | "clock" | "log"> {
  /** The way to the boards; without it nothing streams from them. */
  readonly boardStreams?: BoardStreams;
  /** The public topics; without them `/mqtt` leads nowhere. */
  readonly telemetry?: TelemetryService;
  /** Which release this is. */
  readonly build: BuildInfo;
}

const noPath = ApiError.noSuchPath();

export function serveHttp(
  listener: HttpListener,
  { build, boardStreams: boards, telemetry, ...services }: ApiServices,
): void {
  const version = versionDocument(build);
  const documents = createApiDocuments(() => services.apiServer.kinds.all());
  const streams = boards === undefined ? undefined : new StreamServer({ ...services, boards });
  const handle = createRequestHandler({
    ...services,
    version,
    documents,
    ...(streams !== undefined && { streams }),
    ...(telemetry !== undefined && { isOwnHost: telemetry.isOwnHost }),
  });
  const upgrade = async (request: IncomingMessage, socket: Socket, head: Buffer) => {
    if (telemetry !== undefined && isTelemetryPath(request.url)) {
      await upgradeToTelemetry(telemetry, [request, socket, head], services.log);
    } else if (streams !== undefined) await streams.upgrade(request, socket, head);
    else refuseUpgrade(socket, noPath.code, noPath.toStatus());
  };
  listener.serve({ handle, ...((streams ?? telemetry) !== undefined && { upgrade }) });
}
