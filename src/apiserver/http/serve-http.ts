/** Serves the API and all that is beside it on a listener that has the port. */
import type { BoardStreams } from "../../api/board-stream.ts";
import { StreamServer } from "../streams/stream-server.ts";
import { type BuildInfo, versionDocument } from "../version.ts";
import { createApiDocuments } from "./api-documents.ts";
import type { HttpServices } from "./http-exchange.ts";
import type { HttpListener } from "./http-listener.ts";
import { createRequestHandler } from "./request-handler.ts";

export interface ApiServices
  extends Pick<HttpServices, "apiServer" | "join" | "operations" | "metrics" | "clock" | "log"> {
  /** The way to the boards; without it nothing streams from them. */
  readonly boardStreams?: BoardStreams;
  /** Which release this is. */
  readonly build: BuildInfo;
}

export function serveHttp(listener: HttpListener, { build, boardStreams: boards, ...services }: ApiServices): void {
  const version = versionDocument(build);
  const documents = createApiDocuments(() => services.apiServer.kinds.all());
  const streams = boards === undefined ? undefined : new StreamServer({ ...services, boards });
  const handle = createRequestHandler({ ...services, version, documents, ...(streams !== undefined && { streams }) });
  listener.serve({
    handle,
    ...(streams !== undefined && { upgrade: (request, socket, head) => streams.upgrade(request, socket, head) }),
  });
}
