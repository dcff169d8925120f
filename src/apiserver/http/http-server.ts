/** The HTTPS listener: TLS with the fleet's certificates, and bounds on what a connection may cost. */
import type { IncomingMessage } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { BoardStreams } from "../../api/board-stream.ts";
import { UsageError } from "../../lib/errors.ts";
import { StreamServer } from "../streams/stream-server.ts";
import { upgradeProtocol } from "../streams/upgrade.ts";
import { type BuildInfo, versionDocument } from "../version.ts";
import { createApiDocuments } from "./api-documents.ts";
import type { HttpServices } from "./http-exchange.ts";
import { createRequestHandler } from "./request-handler.ts";

export interface TlsFiles {
  /** The board's own. */
  readonly certPem: string;
  readonly keyPem: string;
  /** The fleet's: whom clients must be certified by, and what a joining board checks before it sends its token. */
  readonly caPem: string;
}

export interface HttpServerOptions
  extends Pick<HttpServices, "apiServer" | "join" | "operations" | "metrics" | "clock" | "log"> {
  /** The way to the boards; without it nothing streams from them. */
  readonly boardStreams?: BoardStreams;
  /** Which release this is. */
  readonly build: BuildInfo;
  readonly tls: TlsFiles;
  /** `0.0.0.0` for every interface. */
  readonly address: string;
  /** 0 for any free one. */
  readonly port: number;
}

export interface HttpServer {
  /** Throws `UsageError` where the port cannot be had. */
  listen(): Promise<void>;
  /** Takes no more connections and ends those that are open, watches among them. */
  close(): Promise<void>;
  /** New connections get the renewed certificate; open ones are left alone. */
  setTls(tls: TlsFiles): void;
  /** The port listened on. */
  readonly port: number;
}

const connectionsMax = 2000;
const headerBytesMax = 16 * 1024;
const headersMsMax = 10_000;
/** For the whole request to arrive, its body included. */
const requestMsMax = 60_000;
const idleMsMax = 120_000;
const handshakeMsMax = 10_000;
/** A watch may say nothing for hours: the kernel asks whether its client is still there. */
const keepAliveProbeMs = 30_000;

export function createHttpServer(options: HttpServerOptions): HttpServer {
  const { tls, address, port, build, boardStreams: boards, ...services } = options;
  const version = versionDocument(build);
  const documents = createApiDocuments(() => services.apiServer.kinds.all());
  const streams = boards === undefined ? undefined : new StreamServer({ ...services, boards });
  const handle = createRequestHandler({ ...services, version, documents, ...(streams !== undefined && { streams }) });
  const shouldUpgradeCallback = (request: IncomingMessage) =>
    streams !== undefined && upgradeProtocol(request) !== undefined;
  const server = createServer(
    { ...serverOptions, ...secureContext(tls), shouldUpgradeCallback },
    (request, response) => void handle(request, response),
  );
  server.maxConnections = connectionsMax;
  const upgraded = new Set<Socket>();
  server.on("upgrade", (request, socket: Socket, head) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
    void streams?.upgrade(request, socket, head);
  });
  let boundPort = port;

  return {
    async listen() {
      await new Promise<void>((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, address, port)));
        server.listen(port, address, resolve);
      });
      server.removeAllListeners("error");
      server.on("error", (error) => services.log.error("API listener failed", { error: error.message }));
      boundPort = (server.address() as AddressInfo).port;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      // These are the server's no longer, but it waits for them.
      for (const socket of upgraded) socket.destroy();
      await closed;
    },
    setTls: (renewed) => server.setSecureContext(secureContext(renewed)),
    get port() {
      return boundPort;
    },
  };
}

const serverOptions: ServerOptions = {
  requestCert: true,
  // Whoever has no certificate is refused per request, so that joining and health need none.
  rejectUnauthorized: false,
  minVersion: "TLSv1.2",
  ALPNProtocols: ["http/1.1"],
  maxHeaderSize: headerBytesMax,
  headersTimeout: headersMsMax,
  requestTimeout: requestMsMax,
  keepAliveTimeout: idleMsMax,
  handshakeTimeout: handshakeMsMax,
  connectionsCheckingInterval: headersMsMax,
  keepAlive: true,
  keepAliveInitialDelay: keepAliveProbeMs,
};

/** The CA goes along in the chain, although clients that know it need it not: a joining board learns it from there. */
function secureContext({ certPem, keyPem, caPem }: TlsFiles) {
  return { cert: `${certPem.trim()}\n${caPem.trim()}\n`, key: keyPem, ca: caPem };
}

function listenError(error: NodeJS.ErrnoException, address: string, port: number): Error {
  switch (error.code) {
    case "EADDRINUSE":
      return new UsageError(
        `port ${port} is in use: stop the program that listens on it (ss -ltnp 'sport = :${port}' names it), or choose another with --api-port`,
      );
    case "EACCES":
      return new UsageError(`port ${port} may not be listened on: run as root, or configure an API port above 1023`);
    case "EADDRNOTAVAIL":
      return new UsageError(`no interface has the address ${address}: configure one that this board has`);
    default:
      return error;
  }
}
