/** The public topics on a broker that the fleet shares: kept there by one voter at a time, the leader. */
import type { TelemetryOutlet } from "../../../telemetry/ports.ts";

export interface RetainedPublisher {
  /** Left with the broker for all who come, in place of what was left before; an empty payload takes it away. */
  publishRetained(topic: string, payload: Uint8Array): void;
  publish(topic: string, payload: Uint8Array): boolean;
}

export class SharedOutlet implements TelemetryOutlet {
  readonly #publisher: RetainedPublisher;
  readonly #handlers: ((isHeard: boolean) => void)[] = [];
  readonly #said = new Map<string, string>();
  #isHeard = false;

  constructor(publisher: RetainedPublisher) {
    this.#publisher = publisher;
  }

  /** Who listens at such a broker cannot be known: it is spoken to while this voter is the one to speak, and connected. */
  get isHeard(): boolean {
    return this.#isHeard;
  }

  onHeard(handler: (isHeard: boolean) => void): void {
    this.#handlers.push(handler);
  }

  /** Whether this voter is the one to speak, and its connection stands. */
  setSpeaking(isSpeaking: boolean): void {
    if (isSpeaking === this.#isHeard) return;
    this.#isHeard = isSpeaking;
    // The next to speak says all of it anew, and so does this one when it comes back.
    this.#said.clear();
    for (const handler of this.#handlers) handler(isSpeaking);
  }

  retain(topic: string, payload: string | undefined): void {
    if (!this.#isHeard) return;
    const next = payload ?? "";
    if (this.#said.get(topic) === next) return;
    if (payload === undefined) this.#said.delete(topic);
    else this.#said.set(topic, next);
    this.#publisher.publishRetained(topic, new TextEncoder().encode(next));
  }

  tell(topic: string, payload: string): void {
    if (this.#isHeard) this.#publisher.publish(topic, new TextEncoder().encode(payload));
  }
}
