/**
 * A voter's own MQTT broker: the one place where other voters and this voter's boards speak to it.
 *
 * Nothing is routed between connections. What arrives is handed to this process, what leaves goes straight to the one
 * board it is meant for, so that a connection that stopped reading holds up nobody but itself.
 */
import type { Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { Aedes, type AedesOptions, type Client } from "aedes";
import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";
import type { VoterChannel, VoterId } from "../../replication/ports.ts";
import { identityOf, type PeerIdentity } from "../pki/peer-identity.ts";
import { admit, authorizePublish, type LastWill, maySubscribe, type Peer } from "./access.ts";
import { ConnectedBoards } from "./connected-boards.ts";
import {
  boardPacketBytesMax,
  connectBytesMax,
  connectionsMax,
  drainTimeoutMs,
  helloTimeoutMs,
  keepAliveSecondsMax,
  voterPacketBytesMax,
} from "./link-limits.ts";
import { listening, portOf } from "./listening.ts";
import { meterReads, Refusal } from "./metered-reads.ts";
import { PacketMeter } from "./packet-meter.ts";
import { requireUsable, type TlsCredentials } from "./tls-credentials.ts";
import { parseTopic } from "./topics.ts";

export interface ControlBrokerOptions {
  readonly fleet: string;
  /** Whose broker this is. */
  readonly voter: VoterId;
  /** The address to listen on, and no other. */
  readonly address: string;
  /** 0 takes any free one, see `port`. */
  readonly port: number;
  readonly credentials: TlsCredentials;
  /** May know better than the machine's own clock which certificates have ended. */
  readonly clock: Pick<Clock, "nowMs">;
  readonly logger: Logger;
}

export type VoterMessageHandler = (from: VoterId, channel: VoterChannel, payload: Uint8Array) => void;
export type BoardMessageHandler = (node: string, kind: string, payload: Uint8Array) => void;

/** What the broker knows of a connection, from its handshake on. */
interface Session {
  readonly identity: PeerIdentity;
  readonly meter: PacketMeter;
  peer?: Peer;
  /** As the connection left it with its CONNECT. */
  will?: unknown;
}

export class ControlBroker {
  readonly boards: ConnectedBoards;
  readonly #options: ControlBrokerOptions;
  readonly #logger: Logger;
  readonly #sessions = new WeakMap<Client, Session>();
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #voterMessageHandlers: VoterMessageHandler[] = [];
  readonly #boardMessageHandlers: BoardMessageHandler[] = [];
  readonly #willHandlers: ((node: string) => void)[] = [];
  #servesBoards = false;
  readonly #voterConnectedHandlers: ((id: VoterId) => void)[] = [];

  /** Throws `UsageError` naming the port when it is taken, or the address when it is not this board's. */
  static async start(options: ControlBrokerOptions): Promise<ControlBroker> {
    const broker = new ControlBroker(options);
    await broker.#aedes.listen();
    try {
      await listening(broker.#server, options, "--mqtt-port");
    } catch (error) {
      broker.#aedes.close();
      throw error;
    }
    return broker;
  }

  private constructor(options: ControlBrokerOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.boards = new ConnectedBoards(options.fleet, options.logger);
    this.#aedes = new Aedes(this.#brokerOptions());
    // Not "clientReady": by then a connection that this one replaces has already been seen to close.
    this.#aedes.on("client", (client) => this.#onRegistered(client));
    this.#aedes.on("clientError", (client, error) => this.#onRefused(client, error));
    this.#aedes.on("connectionError", (client, error) => this.#onRefused(client, error));
    this.#server = createServer(
      {
        ...serverCredentials(options.credentials),
        requestCert: true,
        rejectUnauthorized: true,
        handshakeTimeout: helloTimeoutMs,
      },
      (socket) => this.#onConnection(socket),
    );
    this.#server.maxConnections = connectionsMax;
    this.#server.on("connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
    this.#server.on("tlsClientError", (error) => {
      this.#logger.debug("handshake refused", { reason: messageOf(error) });
    });
  }

  /** The port that is listened on. */
  get port(): number {
    return portOf(this.#server, this.#options.port);
  }

  /** `from` is the certificate's. */
  onVoterMessage(handler: VoterMessageHandler): void {
    this.#voterMessageHandlers.push(handler);
  }

  /** Another voter has connected here, and so is reachable again. */
  onVoterConnected(handler: (id: VoterId) => void): void {
    this.#voterConnectedHandlers.push(handler);
  }

  /** `node` is the certificate's; only its newest connection is heard. */
  onBoardMessage(handler: BoardMessageHandler): void {
    this.#boardMessageHandlers.push(handler);
  }

  /** A board's connection ended without a goodbye. `node` is the certificate's. */
  onBoardWill(handler: (node: string) => void): void {
    this.#willHandlers.push(handler);
  }

  /** Boards are turned away until now: what they say first must not be lost on a voter that is still starting. */
  serveBoards(): void {
    this.#servesBoards = true;
  }

  /** New connections prove themselves against `credentials`; standing ones stay. Throws with all as it was before. */
  reload(credentials: TlsCredentials): void {
    requireUsable(credentials);
    this.#server.setSecureContext(serverCredentials(credentials));
  }

  /** Closes every connection; boards find another home. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    // Those that never got through their handshake are unknown to Aedes, and would keep the server open.
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #brokerOptions(): AedesOptions {
    const scope = { fleet: this.#options.fleet, voter: this.#options.voter };
    return {
      id: this.#options.voter,
      connectTimeout: helloTimeoutMs,
      drainTimeout: drainTimeoutMs,
      keepaliveLimit: keepAliveSecondsMax,
      // Its heartbeat serves clusters of brokers that share a store, which this never is.
      heartbeatInterval: 24 * 60 * 60 * 1_000,
      preConnect: (client, packet, done) => {
        const session = this.#sessions.get(client);
        const { clientId, will } = packet;
        const attempt = { clientId, clean: packet.clean === true, ...(will !== undefined && { will: readWill(will) }) };
        const peer =
          session === undefined ? { refusal: "unknown connection" } : admit(scope.fleet, session.identity, attempt);
        if (session === undefined || "refusal" in peer) {
          done(refusal(peer), false);
          return;
        }
        if (peer.role === "board" && !this.#servesBoards) {
          done(new Error("this voter is still starting"), false);
          return;
        }
        session.peer = peer;
        session.will = will;
        done(null, true);
      },
      authorizePublish: (client, packet, done) => {
        const session = client === null ? undefined : this.#sessions.get(client);
        const peer = session?.peer;
        if (peer?.role === "board" && session?.will !== undefined && packet === session.will) {
          for (const handler of this.#willHandlers) handler(peer.node);
          // It is said by whoever tells the public; nothing of it is kept or passed on here.
          done(new Error("a last will was read"));
          return;
        }
        const outcome = peer === undefined ? { refusal: "unknown connection" } : authorizePublish(scope, peer, packet);
        // An error ends the connection: whoever tries this is broken or hostile.
        done("refusal" in outcome ? refusal(outcome) : null);
      },
      authorizeSubscribe: (client, subscription, done) => {
        const peer = this.#sessions.get(client)?.peer;
        const granted = peer !== undefined && maySubscribe(scope, peer, subscription.topic);
        if (!granted) this.#logger.warn("subscription refused", { client: client.id, filter: subscription.topic });
        done(null, granted ? subscription : null);
      },
      published: (packet, client: Client | null, done) => {
        if (client !== null) this.#deliver(client, packet.topic, packet.payload);
        done(null);
      },
    };
  }

  #onConnection(socket: TLSSocket): void {
    const certificate = socket.getPeerCertificate();
    const identity = identityOf(certificate);
    const hasEnded = Date.parse(certificate.valid_to) < this.#options.clock.nowMs();
    if (identity === undefined || hasEnded) {
      const reason = hasEnded ? "the certificate has ended" : "the certificate is no board's";
      this.#logger.debug("connection refused", { reason, node: identity?.node });
      socket.destroy();
      return;
    }
    socket.setNoDelay(true);
    const meter = new PacketMeter(connectBytesMax);
    meterReads(socket, meter);
    this.#sessions.set(this.#aedes.handle(socket), { identity, meter });
  }

  #onRegistered(client: Client): void {
    const session = this.#sessions.get(client);
    if (session?.peer === undefined) return;
    if (session.peer.role === "board") {
      session.meter.bodyBytesMax = boardPacketBytesMax;
      this.boards.add(session.peer.node, client);
    } else {
      session.meter.bodyBytesMax = voterPacketBytesMax;
      for (const handler of this.#voterConnectedHandlers) handler(session.peer.id);
    }
  }

  #onRefused(client: Client, error: Error): void {
    const identity = this.#sessions.get(client)?.identity;
    const fields = { node: identity?.node, reason: messageOf(error) };
    if (error instanceof Refusal) this.#logger.warn("client refused", fields);
    else this.#logger.debug("client lost", fields);
  }

  /** The topic passed `authorizePublish`; who speaks is taken from the certificate all the same. */
  #deliver(client: Client, topicName: string, payload: string | Buffer): void {
    const peer = this.#sessions.get(client)?.peer;
    const topic = parseTopic(this.#options.fleet, topicName);
    if (peer === undefined || topic === undefined) return;
    const bytes = typeof payload === "string" ? Buffer.from(payload) : payload;
    if (peer.role === "voter" && topic.plane === "voter") {
      for (const handler of this.#voterMessageHandlers) handler(peer.id, topic.channel, bytes);
    }
    if (peer.role === "board" && topic.plane === "node" && this.boards.isCurrent(peer.node, client)) {
      for (const handler of this.#boardMessageHandlers) handler(peer.node, topic.kind, bytes);
    }
  }
}

function refusal(outcome: Peer | { readonly refusal: string }): Refusal {
  return new Refusal("refusal" in outcome ? outcome.refusal : "unknown connection");
}

interface WillPacket {
  readonly topic: string;
  readonly payload: string | Buffer;
  readonly retain?: boolean | undefined;
}

function readWill({ topic, payload, retain }: WillPacket): LastWill {
  return { topic, payload: String(payload), retain: retain === true };
}

function serverCredentials({ caPem, certificatePem, keyPem }: TlsCredentials) {
  return { ca: caPem, cert: certificatePem, key: keyPem, minVersion: "TLSv1.3" as const };
}
