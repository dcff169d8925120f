/**
 * The HTTPS listener: TLS with the fleet's certificates, and bounds on what a connection may cost. It takes the port
 * before anything else of a voter begins, and asks clients to come again until somebody serves them.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { ApiError } from "../../api/api-error.ts";
import type { Clock } from "../../lib/clock.ts";
import { UsageError } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";
import { upgradeProtocol } from "../streams/upgrade.ts";
import { distrust } from "./client-identity.ts";
import { apiReply, sendReply } from "./send-reply.ts";

export interface TlsFiles {
  /** The board's own. */
  readonly certPem: string;
  readonly keyPem: string;
  /** The fleet's: whom clients must be certified by, and what a joining board checks before it sends its token. */
  readonly caPem: string;
}

export interface HttpListenerOptions {
  readonly tls: TlsFiles;
  /** `0.0.0.0` for every interface. */
  readonly address: string;
  /** 0 for any free one. */
  readonly port: number;
  /** May know better than the machine's own clock which certificates have ended. */
  readonly clock?: Pick<Clock, "nowMs">;
  readonly log: Logger;
}

/** Who answers. Neither throws. */
export interface HttpHandlers {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Without it no connection is handed over to another protocol. */
  readonly upgrade?: (request: IncomingMessage, socket: Socket, head: Buffer) => Promise<void>;
}

export interface HttpListener {
  /** Throws `UsageError` where the port cannot be had. */
  listen(): Promise<void>;
  /** From now on these answer. */
  serve(handlers: HttpHandlers): void;
  /** Takes no more connections and ends those that are open, watches among them. */
  close(): Promise<void>;
  /** New connections get the renewed certificate; open ones are left alone. Throws with all as it was before. */
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

const retrySeconds = 1;
/** Sent until somebody serves: clients repeat by themselves what a 503 refuses. */
const starting: HttpHandlers = {
  async handle(request, response) {
    response.setHeader("connection", "close");
    const refusal = ApiError.serviceUnavailable("this voter is still starting; try again", retrySeconds);
    await sendReply(request, response, apiReply(refusal.code, refusal.toStatus()));
  },
};

export function createHttpListener({ tls, address, port, clock, log }: HttpListenerOptions): HttpListener {
  let handlers = starting;
  const shouldUpgradeCallback = (request: IncomingMessage) =>
    handlers.upgrade !== undefined && upgradeProtocol(request) !== undefined;
  const server = createServer(
    { ...serverOptions, ...secureContext(tls), shouldUpgradeCallback },
    (request, response) => void handlers.handle(request, response),
  );
  server.maxConnections = connectionsMax;
  server.on("secureConnection", (socket) => {
    const end = socket.getPeerX509Certificate()?.validTo;
    if (clock !== undefined && end !== undefined && Date.parse(end) < clock.nowMs()) distrust(socket);
  });
  const upgraded = new Set<Socket>();
  server.on("upgrade", (request, socket: Socket, head) => {
    upgraded.add(socket);
    socket.once("close", () => upgraded.delete(socket));
    void handlers.upgrade?.(request, socket, head);
  });
  let boundPort = port;

  return {
    async listen() {
      await new Promise<void>((resolve, reject) => {
        server.once("error", (error: NodeJS.ErrnoException) => reject(listenError(error, address, port)));
        server.listen(port, address, resolve);
      });
      server.removeAllListeners("error");
      server.on("error", (error) => log.error("API listener failed", { error: error.message }));
      boundPort = (server.address() as AddressInfo).port;
    },
    serve(given) {
      handlers = given;
    },
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      // These are the server's no longer, but it waits for them.
      for (const socket of upgraded) socket.destroy();
      await closed;
    },
    setTls(renewed) {
      requireUsable(renewed);
      server.setSecureContext(secureContext(renewed));
    },
    get port() {
      return boundPort;
    },
  };
}

const serverOptions: ServerOptions = {
  requestCert: true,
  // Whoever has no certificate is refused per request, so that joining and health need none.
  rejectUnauthorized: false,
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
  return {
    minVersion: "TLSv1.2" as const,
    cert: `${certPem.trim()}\n${caPem.trim()}\n`,
    key: keyPem,
    ca: caPem,
  };
}

/** TLS takes an empty CA for all the world's authorities. */
function requireUsable({ certPem, keyPem, caPem }: TlsFiles): void {
  new X509Certificate(caPem);
  if (new X509Certificate(certPem).checkPrivateKey(createPrivateKey(keyPem))) return;
  throw new Error("the private key is not the certificate's");
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
