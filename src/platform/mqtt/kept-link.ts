/** A link that is made again whenever it is lost, to the first of its targets that answers. */
import { isDeepStrictEqual } from "node:util";
import { type BackoffLimits, backoffMs } from "../../lib/backoff.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { Random } from "../../lib/random.ts";
import { formatEndpoint } from "./endpoint.ts";
import { stableAfterMs } from "./link-limits.ts";
import { type ConnectionTarget, MqttConnection } from "./mqtt-connection.ts";
import type { TlsCredentials } from "./tls-credentials.ts";

export interface LinkSurroundings {
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** Read at every attempt, so that a renewed certificate is used by the next one; the same object until then. */
  readonly credentials: () => TlsCredentials;
}

export interface KeptLinkOptions extends LinkSurroundings {
  readonly clientId: string;
  readonly backoff: BackoffLimits;
  readonly filters?: readonly string[];
  /** See `MqttConnectionOptions`. */
  readonly retainedWill?: string;
  readonly will?: { readonly topic: string; readonly payload: string };
  readonly keepAliveSeconds?: number;
  onMessage(topic: string, payload: Uint8Array, isRetained: boolean): void;
  onConnection(connected: boolean): void;
  /** Nothing listens at a target: whoever did has ended. */
  onRefused?(): void;
}

export class KeptLink {
  readonly #options: KeptLinkOptions;
  #targets: readonly ConnectionTarget[] = [];
  /** Which target is tried or used; beyond the last one, a round has failed. */
  #position = 0;
  #roundsFailed = 0;
  #connection: MqttConnection | undefined;
  #upSinceMs: number | undefined;
  #cancelRetry: (() => void) | undefined;
  #closed = false;

  constructor(options: KeptLinkOptions) {
    this.#options = options;
  }

  get connected(): boolean {
    return this.#upSinceMs !== undefined;
  }

  /** Replaces the targets, most preferred first; the link stays where it is if that address is still among them. */
  setTargets(targets: readonly ConnectionTarget[]): void {
    if (isDeepStrictEqual(targets.map(addressOf), this.#targets.map(addressOf))) return;
    const current = this.#connection === undefined ? undefined : this.#targets[this.#position];
    this.#targets = targets;
    const kept = current === undefined ? -1 : targets.map(addressOf).indexOf(addressOf(current));
    if (kept >= 0) {
      this.#position = kept;
      return;
    }
    this.#drop("no longer a voter of this fleet");
    this.#position = 0;
    this.#roundsFailed = 0;
    this.#try();
  }

  /** Tries at once instead of waiting out the back-off. */
  hurry(): void {
    if (this.#cancelRetry !== undefined) this.#try();
  }

  publish(topic: string, payload: Uint8Array): boolean {
    return this.#connection?.publish(topic, payload) ?? false;
  }

  publishRetained(topic: string, payload: Uint8Array): void {
    this.#connection?.publishRetained(topic, payload);
  }

  publishAcknowledged(topic: string, payload: Uint8Array): Promise<void> {
    return this.#connection?.publishAcknowledged(topic, payload) ?? Promise.reject(new Error("no voter is connected"));
  }

  close(): void {
    this.#closed = true;
    this.#drop("the link was closed");
  }

  #try(): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    const target = this.#targets[this.#position];
    if (this.#closed || target === undefined) return;
    const { clientId, clock, credentials, filters, retainedWill, will, keepAliveSeconds, onMessage } = this.#options;
    this.#connection = new MqttConnection({
      target,
      clientId,
      credentials: credentials(),
      clock,
      ...(filters === undefined ? {} : { filters }),
      ...(retainedWill === undefined ? {} : { retainedWill }),
      ...(will === undefined ? {} : { will }),
      ...(keepAliveSeconds === undefined ? {} : { keepAliveSeconds }),
      onMessage,
      onUp: () => {
        this.#options.logger.info("link up", { voter: addressOf(target) });
        this.#upSinceMs = this.#options.clock.monotonicMs();
        this.#options.onConnection(true);
      },
      onDown: (reason, isRefused) => {
        this.#onDown(target, reason);
        if (isRefused) this.#options.onRefused?.();
      },
    });
  }

  #onDown(target: ConnectionTarget, reason: string): void {
    const { clock, logger } = this.#options;
    const wasUp = this.#upSinceMs !== undefined;
    const upForMs = this.#upSinceMs === undefined ? 0 : clock.monotonicMs() - this.#upSinceMs;
    logger[wasUp ? "warn" : "debug"](wasUp ? "link lost" : "no link", { voter: addressOf(target), reason });
    this.#connection = undefined;
    this.#upSinceMs = undefined;
    if (wasUp) {
      this.#position = 0;
      // A link that is lost as soon as it is up (two boards with one name) must not be remade at full speed.
      this.#roundsFailed = upForMs >= stableAfterMs ? 0 : this.#roundsFailed + 1;
      this.#retryLater();
      this.#options.onConnection(false);
    } else if (this.#position + 1 < this.#targets.length) {
      this.#position += 1;
      this.#try();
    } else {
      this.#position = 0;
      this.#roundsFailed += 1;
      this.#retryLater();
    }
  }

  #retryLater(): void {
    const { backoff, clock, random } = this.#options;
    this.#cancelRetry = clock.after(backoffMs(backoff, this.#roundsFailed, random), () => this.#try());
  }

  #drop(reason: string): void {
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#connection?.close();
    this.#connection = undefined;
    if (this.#upSinceMs === undefined) return;
    this.#upSinceMs = undefined;
    this.#options.logger.info("link dropped", { reason });
    this.#options.onConnection(false);
  }
}

function addressOf({ endpoint }: ConnectionTarget): string {
  return formatEndpoint(endpoint);
}
