/** The service account tokens of the board's pods: asked for when needed, kept while good, replaced in time. */
import type { Pod } from "../../api/kinds/pod.ts";
import type { Clock } from "../../lib/clock.ts";
import { messageOf } from "../../lib/errors.ts";
import type { Logger } from "../../lib/logger.ts";
import { freshAtFirstForMs, freshForMs } from "./token-life.ts";
import type { TokenQuestions } from "./token-questions.ts";

/** After a question that brought no token. */
const retryMs = 10_000;

/** A `serviceAccountToken` source of a projected volume. */
export interface TokenSource {
  readonly path: string;
  readonly audience?: string | undefined;
  readonly expirationSeconds: number;
}

interface Held {
  readonly token: string | undefined;
  /** Monotonic, so that a clock that is set while the token lives does not matter. */
  readonly renewAtMs: number;
  /** The last question brought none. */
  readonly isOwed?: boolean;
}

export interface PodTokensOptions {
  readonly questions: Pick<TokenQuestions, "ask">;
  readonly clock: Clock;
  readonly log: Logger;
}

export class PodTokens {
  readonly #options: PodTokensOptions;
  /** By pod uid, then by volume and path. What is in the pods' files is known again after a restart. */
  readonly #held = new Map<string, Map<string, Held>>();

  constructor(options: PodTokensOptions) {
    this.#options = options;
  }

  /**
   * The token to be found at `source.path`; `published` is what is there now, which stays where no newer one can be
   * had. Never throws: a board that is cut off runs its pods with old tokens, or none.
   */
  async current(
    pod: Pod,
    volume: string,
    source: TokenSource,
    published: string | undefined,
  ): Promise<string | undefined> {
    const { clock, questions, log } = this.#options;
    const { uid = "", name, namespace = "" } = pod.metadata;
    const key = `${volume} ${source.path}`;
    const held = this.#held.get(uid)?.get(key) ?? this.#adopt(published);
    if (clock.monotonicMs() < held.renewAtMs) {
      this.#hold(uid, key, held);
      return held.token;
    }
    const serviceAccount = pod.spec.serviceAccountName ?? "default";
    const { audience = "", expirationSeconds } = source;
    try {
      const token = await questions.ask({ namespace, name, uid, serviceAccount, audience, expirationSeconds });
      const renewAtMs = clock.monotonicMs() + Math.max(retryMs, freshAtFirstForMs(token));
      this.#hold(uid, key, { token, renewAtMs });
      return token;
    } catch (error) {
      log.debug("no new token for a pod", { pod: `${namespace}/${name}`, reason: messageOf(error) });
      this.#hold(uid, key, { token: held.token, renewAtMs: clock.monotonicMs() + retryMs, isOwed: true });
      return held.token;
    }
  }

  /** A voter is there again: what could not be had before is due now. */
  voterIsBack(): void {
    const nowMs = this.#options.clock.monotonicMs();
    for (const ofPod of this.#held.values()) {
      for (const [key, held] of ofPod) if (held.isOwed) ofPod.set(key, { ...held, renewAtMs: nowMs });
    }
  }

  isRenewalDue(uid: string): boolean {
    return this.renewalDelayMs(uid) === 0;
  }

  /** Until the first of the pod's tokens should be replaced; undefined where it has none. */
  renewalDelayMs(uid: string): number | undefined {
    const held = [...(this.#held.get(uid)?.values() ?? [])];
    if (held.length === 0) return undefined;
    const first = Math.min(...held.map(({ renewAtMs }) => renewAtMs));
    return Math.max(0, first - this.#options.clock.monotonicMs());
  }

  forget(uid: string): void {
    this.#held.delete(uid);
  }

  #adopt(published: string | undefined): Held {
    const { clock } = this.#options;
    const freshMs = published === undefined ? 0 : freshForMs(published, clock.nowMs());
    return { token: published, renewAtMs: clock.monotonicMs() + freshMs };
  }

  #hold(uid: string, key: string, held: Held): void {
    const ofPod = this.#held.get(uid) ?? new Map<string, Held>();
    this.#held.set(uid, ofPod.set(key, held));
  }
}
