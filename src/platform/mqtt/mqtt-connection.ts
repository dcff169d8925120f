/**
 * One connection to one voter's broker, from its first packet to its loss. It is never revived: what was not sent is
 * lost with it, so that nothing old is repeated into a newer session.
 */
import { checkServerIdentity, connect as connectTls, type TLSSocket } from "node:tls";
import { MqttClient } from "mqtt";
import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import { identityOf, type PeerIdentity } from "../pki/peer-identity.ts";
import { type Endpoint, formatEndpoint } from "./endpoint.ts";
import {
  boardPacketBytesMax,
  connectTimeoutMs,
  keepAliveSeconds,
  unsentBytesMax,
  voterPacketBytesMax,
} from "./link-limits.ts";
import { secureContextOf, type TlsCredentials } from "./tls-credentials.ts";

export interface ConnectionTarget {
  readonly endpoint: Endpoint;
  /**
   * Whether the board whose certificate answers there is the one that is meant. Absent for a broker that is no board:
   * its certificate is checked as any server's, under its host name.
   */
  readonly accepts?: (identity: PeerIdentity) => boolean;
}

export interface MqttConnectionOptions {
  readonly target: ConnectionTarget;
  readonly clientId: string;
  readonly credentials: TlsCredentials;
  /** May know better than the machine's own clock which certificates have ended. */
  readonly clock: Pick<Clock, "nowMs">;
  /** Heard before the connection counts as up. */
  readonly filters?: readonly string[];
  /** The topic whose retained message goes with the connection, unless it ends with a goodbye. */
  readonly retainedWill?: string;
  /** What is said when the connection ends without a goodbye, to those who hear then; instead of `retainedWill`. */
  readonly will?: { readonly topic: string; readonly payload: string };
  /** As little as may be said for the other end to believe that this one is there. */
  readonly keepAliveSeconds?: number;
  onUp(): void;
  /** `isRetained`: the message was said to all who would ever come, before this connection came. */
  onMessage(topic: string, payload: Uint8Array, isRetained: boolean): void;
  /**
   * Called once, whether it was ever up or not; never after `close`. `isRefused`: there is a machine, and nothing listens
   * there.
   */
  onDown(reason: string, isRefused: boolean): void;
}

export class MqttConnection {
  readonly #options: MqttConnectionOptions;
  readonly #client: MqttClient;
  readonly #unacknowledged = new Set<(reason: Error) => void>();
  #socket: TLSSocket | undefined;
  #up = false;
  #over = false;
  #isRefused = false;
  #reason = "the connection was closed";

  constructor(options: MqttConnectionOptions) {
    this.#options = options;
    this.#client = new MqttClient(() => this.#dial(), {
      clientId: options.clientId,
      // Aedes speaks 3.1.1; nothing said here needs more.
      protocolVersion: 4,
      clean: true,
      keepalive: options.keepAliveSeconds ?? keepAliveSeconds,
      // A voter's heartbeats would otherwise put off the ping for ever, and a dead host would never be noticed.
      reschedulePings: false,
      connectTimeout: connectTimeoutMs,
      reconnectPeriod: 0,
      queueQoSZero: false,
      resubscribe: false,
      timerVariant: "native",
      ...(options.retainedWill !== undefined && {
        will: { topic: options.retainedWill, payload: Buffer.alloc(0), qos: 1, retain: true },
      }),
      ...(options.will !== undefined && {
        will: { topic: options.will.topic, payload: Buffer.from(options.will.payload), qos: 0, retain: false },
      }),
    });
    this.#client.on("connect", () => this.#onConnected());
    this.#client.on("message", (topic, payload, { retain }) => {
      if (!this.#over) options.onMessage(topic, payload, retain);
    });
    this.#client.on("error", (error) => {
      this.#reason = messageOf(error);
      this.#socket?.destroy();
    });
    this.#client.on("close", () => this.#lose());
  }

  /** Sends at once or not at all: false when the link is not up or too much is waiting already. */
  publish(topic: string, payload: Uint8Array): boolean {
    if (!this.#up || payload.byteLength > largestPayload(voterPacketBytesMax)) return false;
    if ((this.#socket?.writableLength ?? 0) > unsentBytesMax) return false;
    this.#client.publish(topic, asBuffer(payload), { qos: 0 }, () => {});
    return true;
  }

  /** Left with the broker for all who come, in place of what was left there before; an empty payload takes it away. */
  publishRetained(topic: string, payload: Uint8Array): void {
    if (this.#up) this.#client.publish(topic, asBuffer(payload), { qos: 1, retain: true }, () => {});
  }

  /** Resolves when the broker took it; rejects when the link is down or goes down before. */
  publishAcknowledged(topic: string, payload: Uint8Array): Promise<void> {
    if (!this.#up) return Promise.reject(new Error("no voter is connected"));
    if (payload.byteLength > largestPayload(boardPacketBytesMax)) {
      return Promise.reject(new RangeError(`a message of ${payload.byteLength} bytes is too long for the link`));
    }
    return new Promise((resolve, reject) => {
      this.#unacknowledged.add(reject);
      this.#client.publish(topic, asBuffer(payload), { qos: 1 }, (error) => {
        this.#unacknowledged.delete(reject);
        if (error) reject(error);
        else resolve();
      });
    });
  }

  /** Says goodbye if it can; nothing is called back afterwards. */
  close(): void {
    this.#end("the link was closed");
    this.#client.end(!this.#client.connected);
  }

  #dial(): TLSSocket {
    const { target, credentials } = this.#options;
    const { accepts } = target;
    const socket = connectTls({
      ...target.endpoint,
      secureContext: secureContextOf(credentials),
      rejectUnauthorized: true,
      // The fleet's own names count, not the address: a voter keeps its identity when its address changes.
      checkServerIdentity: (host, certificate) => {
        if (Date.parse(certificate.valid_to) < this.#options.clock.nowMs())
          return new Error("its certificate has ended");
        if (accepts === undefined) return checkServerIdentity(host, certificate);
        const identity = identityOf(certificate);
        if (identity !== undefined && accepts(identity)) return undefined;
        return new Error(`${formatEndpoint(target.endpoint)} is answered by another board than the one expected there`);
      },
    });
    socket.setNoDelay(true);
    // mqtt.js passes on only errors that carry a code.
    socket.on("error", (error) => {
      this.#reason = messageOf(error);
      this.#isRefused = "code" in error && error.code === "ECONNREFUSED";
    });
    this.#socket = socket;
    return socket;
  }

  #onConnected(): void {
    const { filters } = this.#options;
    if (filters === undefined) {
      this.#rise();
      return;
    }
    this.#client.subscribe([...filters], { qos: 0 }, (error) => {
      if (error) {
        this.#reason = messageOf(error);
        this.#socket?.destroy();
      } else this.#rise();
    });
  }

  #rise(): void {
    if (this.#over) return;
    this.#up = true;
    this.#options.onUp();
  }

  #lose(): void {
    if (this.#over) return;
    this.#end(this.#reason);
    this.#client.end(true);
    this.#options.onDown(this.#reason, this.#isRefused);
  }

  #end(reason: string): void {
    this.#over = true;
    this.#up = false;
    const waiting = [...this.#unacknowledged];
    this.#unacknowledged.clear();
    for (const reject of waiting) reject(new Error(reason));
  }
}

function asBuffer(payload: Uint8Array): Buffer {
  return Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength);
}

/** A packet's body begins with its topic, of which ours are short. */
function largestPayload(bodyBytesMax: number): number {
  return bodyBytesMax - 1_024;
}
