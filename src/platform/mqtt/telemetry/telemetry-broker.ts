/**
 * The broker that people's tools read: apart from the control broker, so that no reader can slow an election down.
 *
 * Readers say nothing. Who they are a certificate of the fleet or a token says, and what they may hear the roles that hold
 * for the API. Nothing passes through the broker's own emitter: each reader is told by itself, see `TelemetryReader`.
 */
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { createServer, type Server, type TLSSocket } from "node:tls";
import { Aedes, type AedesOptions, type AuthenticateError, type Client } from "aedes";
import type { Identity } from "../../../api/exchange.ts";
import type { TelemetryGate } from "../../../api/telemetry/gate.ts";
import { clientIdentity, hasClientCertificate } from "../../../apiserver/http/client-identity.ts";
import type { Clock } from "../../../lib/clock.ts";
import { messageOf } from "../../../lib/errors.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { TelemetryOutlet } from "../../../telemetry/ports.ts";
import { listening, portOf } from "../listening.ts";
import { meterReads, Refusal } from "../metered-reads.ts";
import { PacketMeter } from "../packet-meter.ts";
import { requireUsable, type TlsCredentials } from "../tls-credentials.ts";
import { badCredentials, notAuthorized, refuseReader } from "./admit-reader.ts";
import {
  filtersMax,
  helloBytesMax,
  lingerMs,
  readerDrainMs,
  readerHelloMs,
  readersMax,
  recheckMs,
  requestBytesMax,
} from "./reader-limits.ts";
import { TelemetryReader } from "./telemetry-reader.ts";

export interface TelemetryBrokerOptions {
  readonly address: string;
  /** 0 takes any free one, see `port`. */
  readonly port: number;
  readonly credentials: TlsCredentials;
  readonly gate: TelemetryGate;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What is known of a connection, from its handshake on. */
interface Session {
  readonly meter: PacketMeter;
  /** Whom its certificate names, if that is good now. */
  readonly certified: () => Identity | undefined;
  /** A broker that passes on what it hears, and must know what to keep. */
  isBridge?: boolean;
  refusal?: ReturnType<typeof refuseReader>;
  reader?: TelemetryReader;
}

export class TelemetryBroker implements TelemetryOutlet {
  readonly #options: TelemetryBrokerOptions;
  readonly #logger: Logger;
  readonly #aedes: Aedes;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();
  readonly #sessions = new WeakMap<Client, Session>();
  readonly #readers = new Map<Client, TelemetryReader>();
  readonly #retained = new Map<string, string>();
  readonly #heardHandlers: ((isHeard: boolean) => void)[] = [];
  #isHeard = false;
  #clientsSeen = 0;
  #cancelRecheck: (() => void) | undefined;
  #cancelLinger: (() => void) | undefined;
  #messagesTold = 0;

  /** Throws `UsageError` naming the port when it is taken, or the address when it is not this board's. */
  static async start(options: TelemetryBrokerOptions): Promise<TelemetryBroker> {
    const broker = new TelemetryBroker(options);
    await broker.#aedes.listen();
    try {
      await listening(broker.#server, options, "--telemetry-port");
    } catch (error) {
      broker.#aedes.close();
      throw error;
    }
    return broker;
  }

  private constructor(options: TelemetryBrokerOptions) {
    this.#options = options;
    this.#logger = options.logger;
    this.#aedes = new Aedes(this.#brokerOptions());
    this.#aedes.on("clientReady", (client) => this.#onReady(client));
    this.#aedes.on("subscribe", (subscriptions, client) => {
      const reader = this.#readers.get(client);
      for (const { topic, qos } of subscriptions) if (!isRefused(qos)) reader?.subscribe(topic);
    });
    this.#aedes.on("unsubscribe", (filters, client) => {
      for (const filter of filters) this.#readers.get(client)?.unsubscribe(filter);
    });
    this.#aedes.on("clientError", (_, error) => this.#onLost(error));
    this.#aedes.on("connectionError", (_, error) => this.#onLost(error));
    this.#server = createServer(
      { ...serverCredentials(options.credentials), ...serverOptions, handshakeTimeout: readerHelloMs },
      (socket) => this.#onConnection(socket),
    );
    this.#server.maxConnections = readersMax;
    this.#server.on("connection", (socket: Socket) => this.#remember(socket));
    this.#server.on("tlsClientError", (error) => {
      this.#logger.debug("handshake refused", { reason: messageOf(error) });
    });
  }

  /** The port that is listened on. */
  get port(): number {
    return portOf(this.#server, this.#options.port);
  }

  get readerCount(): number {
    return this.#readers.size;
  }

  get messagesTold(): number {
    return this.#messagesTold;
  }

  get isHeard(): boolean {
    return this.#isHeard;
  }

  onHeard(handler: (isHeard: boolean) => void): void {
    this.#heardHandlers.push(handler);
  }

  retain(topic: string, payload: string | undefined): void {
    const known = this.#retained.get(topic);
    if (known === payload) return;
    if (payload === undefined) this.#retained.delete(topic);
    else this.#retained.set(topic, payload);
    const levels = topic.split("/");
    for (const reader of this.#readers.values()) {
      if (!reader.hears(levels)) continue;
      this.#messagesTold += 1;
      reader.changed(topic);
    }
  }

  tell(topic: string, payload: string): void {
    const levels = topic.split("/");
    for (const reader of this.#readers.values()) {
      if (!reader.hears(levels)) continue;
      this.#messagesTold += 1;
      reader.tell({ topic, payload });
    }
  }

  /**
   * Takes a connection that came another way, over WebSocket. `certified` says whom its certificate names, if it shows
   * one. False where there are too many already.
   */
  connect(stream: Duplex, certified: () => Identity | undefined): boolean {
    if (this.#sockets.size >= readersMax) return false;
    this.#remember(stream);
    this.#handle(stream, certified);
    return true;
  }

  /** New connections prove themselves against `credentials`; standing ones stay. Throws, and keeps those before, where they are no good. */
  reload(credentials: TlsCredentials): void {
    requireUsable(credentials);
    this.#server.setSecureContext(serverCredentials(credentials));
  }

  async close(): Promise<void> {
    this.#cancelRecheck?.();
    this.#cancelLinger?.();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    await new Promise<void>((resolve) => this.#aedes.close(() => resolve()));
    // Those that never got through their handshake are unknown to Aedes, and would keep the server open.
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #brokerOptions(): AedesOptions {
    return {
      connectTimeout: readerHelloMs,
      drainTimeout: readerDrainMs,
      maxClientsIdLength: 512,
      // Its heartbeat serves clusters of brokers that share a store, which this never is.
      heartbeatInterval: 24 * 60 * 60 * 1_000,
      preConnect: (client, packet, done) => {
        const session = this.#sessions.get(client);
        const { clientId, username } = packet;
        const attempt = { clientId, username, clean: packet.clean === true, will: packet.will !== undefined };
        const refusal = refuseReader(attempt);
        if (session !== undefined && refusal !== undefined) session.refusal = refusal;
        if (session !== undefined) session.isBridge = "bridgeMode" in packet && packet.bridgeMode === true;
        // Nobody is pushed off by whoever borrows their client id.
        this.#clientsSeen += 1;
        packet.clientId = `${this.#clientsSeen}/${clientId}`;
        done(null, session !== undefined);
      },
      authenticate: (client, _, password, done) => {
        this.#authenticate(client, password).then(
          (refusal) => done(refusal ?? null, refusal === undefined),
          (thrown: unknown) => done(refused(3, messageOf(thrown)), false),
        );
      },
      authorizePublish: (_, packet, done) => done(new Refusal(`${packet.topic}: readers say nothing here`)),
      authorizeSubscribe: (client, subscription, done) => {
        this.#mayHear(client, subscription.topic).then(
          (granted) => done(null, granted ? subscription : null),
          (thrown: unknown) => {
            this.#logger.warn("subscription not judged", { filter: subscription.topic, reason: messageOf(thrown) });
            done(null, null);
          },
        );
      },
    };
  }

  #onConnection(socket: TLSSocket): void {
    socket.setNoDelay(true);
    // A reader may ask for no MQTT keep-alive at all; whether its machine is still there the kernel finds out.
    socket.setKeepAlive(true, 60_000);
    if (hasClientCertificate(socket) && !socket.authorized) {
      this.#logger.debug("connection refused", { reason: messageOf(socket.authorizationError) });
      socket.destroy();
      return;
    }
    // The fleet's clock may know better than the machine's, and a certificate may end while its connection stands. Types
    // say otherwise, but without a certificate there is no end.
    const { valid_to: end }: { valid_to?: string } = socket.getPeerCertificate();
    const hasEnded = () => end !== undefined && Date.parse(end) < this.#options.clock.nowMs();
    this.#handle(socket, () => (hasEnded() ? undefined : clientIdentity(socket)));
  }

  #handle(stream: Duplex, certified: () => Identity | undefined): void {
    const meter = new PacketMeter(helloBytesMax);
    meterReads(stream, meter);
    this.#sessions.set(this.#aedes.handle(stream), { meter, certified });
  }

  #remember(stream: Duplex): void {
    this.#sockets.add(stream);
    stream.once("close", () => this.#sockets.delete(stream));
  }

  /** Why the client is turned away; undefined where it is let in. */
  async #authenticate(client: Client, password: Buffer | undefined): Promise<AuthenticateError | undefined> {
    const session = this.#sessions.get(client);
    if (session === undefined) return refused(notAuthorized, "unknown connection");
    if (session.refusal !== undefined) return refused(session.refusal.returnCode, session.refusal.reason);
    const token = password?.toString();
    const identify = async () =>
      session.certified() ?? (token === undefined ? undefined : await this.#options.gate.ofToken(token));
    const identity = await identify();
    if (identity === undefined) {
      const reason = token === undefined ? "neither certificate nor token" : "the token is no good";
      return refused(token === undefined ? notAuthorized : badCredentials, reason);
    }
    const { isBridge = false } = session;
    session.reader = new TelemetryReader({ client, identity, identify, retained: this.#retained, isBridge });
    session.meter.bodyBytesMax = requestBytesMax;
    return undefined;
  }

  #onReady(client: Client): void {
    const reader = this.#sessions.get(client)?.reader;
    if (reader === undefined) return;
    this.#readers.set(client, reader);
    client.conn.once("close", () => this.#onGone(client));
    if (client.conn.destroyed) this.#onGone(client);
    this.#logger.debug("reader came", { user: reader.identity.user });
    this.#cancelLinger?.();
    this.#cancelLinger = undefined;
    this.#setHeard(true);
    if (this.#cancelRecheck === undefined) this.#recheckLater();
  }

  #onGone(client: Client): void {
    if (!this.#readers.delete(client) || this.#readers.size > 0) return;
    this.#cancelRecheck?.();
    this.#cancelRecheck = undefined;
    this.#cancelLinger = this.#options.clock.after(lingerMs, () => {
      this.#setHeard(false);
      this.#retained.clear();
    });
  }

  #setHeard(isHeard: boolean): void {
    if (this.#isHeard === isHeard) return;
    this.#isHeard = isHeard;
    for (const handler of this.#heardHandlers) handler(isHeard);
  }

  async #mayHear(client: Client, filter: string): Promise<boolean> {
    const reader = this.#sessions.get(client)?.reader;
    if (reader === undefined || reader.filters.length >= filtersMax) return false;
    const granted = await this.#options.gate.mayHear(reader.identity, filter);
    if (!granted) this.#logger.info("subscription refused", { user: reader.identity.user, filter });
    return granted;
  }

  /** Tokens end, and roles change, while connections stand. */
  #recheckLater(): void {
    this.#cancelRecheck = this.#options.clock.after(recheckMs, () => {
      this.#cancelRecheck = undefined;
      const readers = [...this.#readers.values()];
      Promise.all(readers.map((reader) => this.#recheck(reader))).then(
        () => {
          if (this.#readers.size > 0 && this.#cancelRecheck === undefined) this.#recheckLater();
        },
        (thrown: unknown) => this.#logger.error("readers not looked at again", { reason: messageOf(thrown) }),
      );
    });
  }

  async #recheck(reader: TelemetryReader): Promise<void> {
    if (await this.#mayStillRead(reader)) return;
    this.#logger.info("reader cut off: its credential or a right of it has ended", { user: reader.identity.user });
    reader.close();
  }

  async #mayStillRead(reader: TelemetryReader): Promise<boolean> {
    try {
      const identity = await reader.identify();
      if (identity === undefined) return false;
      for (const filter of reader.filters) if (!(await this.#options.gate.mayHear(identity, filter))) return false;
      return true;
    } catch (thrown) {
      // Who cannot be asked just now is asked again.
      this.#logger.debug("reader not looked at again", { reason: messageOf(thrown) });
      return true;
    }
  }

  #onLost(error: Error): void {
    if (error instanceof Refusal) this.#logger.warn("reader refused", { reason: messageOf(error) });
    else this.#logger.debug("reader lost", { reason: messageOf(error) });
  }
}

const refusedQos = 128;

function isRefused(qos: number): boolean {
  return qos === refusedQos;
}

function refused(returnCode: number, reason: string): AuthenticateError {
  return Object.assign(new Refusal(reason), { returnCode });
}

const serverOptions = {
  requestCert: true,
  // Whoever has no certificate shows a token.
  rejectUnauthorized: false,
  minVersion: "TLSv1.2",
} as const;

/** The CA goes along in the chain, so that a tool can be told of it where it is met. */
function serverCredentials({ caPem, certificatePem, keyPem }: TlsCredentials) {
  return { ca: caPem, cert: certificatePem, key: keyPem };
}
