/** Tells people what happened to an object, as Kubernetes events: repetitions are counted, floods are cut off. */
import type { Event } from "../api/kinds/event.ts";
import type { ApiObject } from "../api/meta/object-meta.ts";
import { formatTime } from "../api/meta/time.ts";
import type { Resource } from "../api/resource.ts";
import { messageOf } from "../lib/errors.ts";
import type { ApiClient } from "./api-client.ts";
import type { Surroundings } from "./controller.ts";
import { isNotFound } from "./refusal.ts";

export interface Happening {
  readonly type: "Normal" | "Warning";
  /** One word for programs: `SuccessfulCreate`. */
  readonly reason: string;
  readonly message: string;
}

type Subject = Pick<ApiObject, "apiVersion" | "kind" | "metadata">;

interface Known {
  readonly name: string;
  readonly firstTimestamp: string;
  count: number;
}

/** Events an object may cause at once, and how long it takes to earn one more. */
const burst = 25;
const refillMs = 300_000;
const knownMax = 2000;
const waitingMax = 500;

/** Records for one component. Never throws and never waits: an event that cannot be written is lost. */
export class EventRecorder {
  readonly #client: ApiClient;
  readonly #events: Resource<Event>;
  readonly #component: string;
  readonly #surroundings: Surroundings;
  readonly #known = new Map<string, Known>();
  readonly #allowances = new Map<string, { left: number; sinceMs: number }>();
  readonly #waiting: { readonly subject: Subject; readonly happening: Happening }[] = [];
  #writing = false;

  constructor(client: ApiClient, events: Resource<Event>, component: string, surroundings: Surroundings) {
    this.#client = client;
    this.#events = events;
    this.#component = component;
    this.#surroundings = surroundings;
  }

  record(subject: Subject, happening: Happening): void {
    if (this.#waiting.length >= waitingMax || !this.#isAllowed(subjectId(subject))) return;
    this.#waiting.push({ subject, happening });
    if (!this.#writing) void this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    this.#writing = true;
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
      try {
        await this.#write(next.subject, next.happening);
      } catch (error) {
        this.#surroundings.log.debug("event lost", { reason: next.happening.reason, cause: messageOf(error) });
      }
    }
    this.#writing = false;
  }

  async #write(subject: Subject, happening: Happening): Promise<void> {
    const key = JSON.stringify([subjectId(subject), happening.type, happening.reason, happening.message]);
    const now = formatTime(this.#surroundings.clock.nowMs());
    const namespace = subject.metadata.namespace ?? "default";
    const known = this.#known.get(key);
    if (known !== undefined) {
      known.count += 1;
      try {
        const patch = { count: known.count, lastTimestamp: now };
        await this.#client.mergePatch(this.#events, { namespace, name: known.name }, patch);
        return;
      } catch (error) {
        // Trimmed meanwhile: it begins anew.
        if (!isNotFound(error)) throw error;
      }
    }
    const name = `${subject.metadata.name}.${this.#suffix()}`;
    forgetOldest(this.#known, knownMax);
    this.#known.delete(key);
    this.#known.set(key, { name, firstTimestamp: now, count: 1 });
    await this.#client.create(this.#events, this.#event(subject, happening, namespace, name, now));
  }

  #event(subject: Subject, { type, reason, message }: Happening, namespace: string, name: string, now: string): Event {
    const { apiVersion, kind, metadata } = subject;
    // kubectl looks for a node's events by its name in place of its uid.
    const uid = kind === "Node" ? metadata.name : metadata.uid;
    return {
      apiVersion: "v1",
      kind: "Event",
      metadata: { name, namespace },
      involvedObject: {
        apiVersion,
        kind,
        name: metadata.name,
        ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
        ...(uid !== undefined && { uid }),
        ...(metadata.resourceVersion !== undefined && { resourceVersion: metadata.resourceVersion }),
      },
      type,
      reason,
      message,
      source: { component: this.#component },
      reportingComponent: this.#component,
      firstTimestamp: now,
      lastTimestamp: now,
      count: 1,
    };
  }

  #suffix(): string {
    const { clock, random } = this.#surroundings;
    return `${clock.nowMs().toString(16)}${random.below(0x100000).toString(16).padStart(5, "0")}`;
  }

  #isAllowed(id: string): boolean {
    const nowMs = this.#surroundings.clock.monotonicMs();
    forgetOldest(this.#allowances, knownMax);
    const allowance = this.#allowances.get(id) ?? { left: burst, sinceMs: nowMs };
    const earned = Math.floor((nowMs - allowance.sinceMs) / refillMs);
    const left = Math.min(burst, allowance.left + earned);
    this.#allowances.set(id, { left: Math.max(0, left - 1), sinceMs: allowance.sinceMs + earned * refillMs });
    return left > 0;
  }
}

function subjectId({ kind, metadata }: Subject): string {
  return `${kind} ${metadata.namespace ?? ""}/${metadata.name} ${metadata.uid ?? ""}`;
}

function forgetOldest(map: Map<string, unknown>, sizeMax: number): void {
  if (map.size < sizeMax) return;
  const [oldest] = map.keys();
  if (oldest !== undefined) map.delete(oldest);
}
