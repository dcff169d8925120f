/** What happened to pods, for people: repetitions are counted, and reported ever more rarely. */
import { createHash } from "node:crypto";
import type { ReportItem } from "../../api/board-link.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import { formatTime } from "../../api/meta/time.ts";
import type { Clock } from "../../lib/clock.ts";

const rememberedMax = 300;
/** Of one pod: so many at once, then one a minute. Every event is a write to the fleet's flash. */
const burst = 25;
const refillMs = 60_000;

interface Remembered {
  readonly firstMs: number;
  count: number;
}

interface Allowance {
  tokens: number;
  atMs: number;
}

export type EventType = "Normal" | "Warning";

export class EventRecorder {
  readonly #node: string;
  readonly #clock: Clock;
  readonly #report: (item: ReportItem) => void;
  readonly #seen = new Map<string, Remembered>();
  readonly #allowances = new Map<string, Allowance>();

  constructor(node: string, clock: Clock, report: (item: ReportItem) => void) {
    this.#node = node;
    this.#clock = clock;
    this.#report = report;
  }

  /** `container` names the container it happened to; the empty name stands for the pod. */
  record(pod: Pod, type: EventType, reason: string, message: string, container = ""): void {
    const { uid = "", name, namespace = "default" } = pod.metadata;
    const nowMs = this.#clock.nowMs();
    const key = [uid, container, reason, message].join("\0");
    const known = this.#seen.get(key) ?? { firstMs: nowMs, count: 0 };
    known.count += 1;
    this.#remember(key, known);
    // The 1st, 2nd, 4th, 8th … time is worth a report.
    if ((known.count & (known.count - 1)) !== 0 || !this.#mayReport(uid)) return;
    const fieldPath = container === "" ? undefined : `spec.containers{${container}}`;
    const id = createHash("sha256").update(key).digest("hex").slice(0, 16);
    this.#report({
      type: "event",
      event: {
        apiVersion: "v1",
        kind: "Event",
        metadata: { name: `${name}.${id}`, namespace },
        involvedObject: { apiVersion: "v1", kind: "Pod", name, namespace, uid, ...(fieldPath && { fieldPath }) },
        type,
        reason,
        message,
        source: { component: "bramble-agent", host: this.#node },
        reportingComponent: "bramble-agent",
        reportingInstance: this.#node,
        firstTimestamp: formatTime(known.firstMs),
        lastTimestamp: formatTime(nowMs),
        count: known.count,
      },
    });
  }

  forget(podUid: string): void {
    this.#allowances.delete(podUid);
    for (const key of this.#seen.keys()) if (key.startsWith(`${podUid}\0`)) this.#seen.delete(key);
  }

  #remember(key: string, known: Remembered): void {
    this.#seen.delete(key);
    this.#seen.set(key, known);
    for (const oldest of this.#seen.keys()) {
      if (this.#seen.size <= rememberedMax) break;
      this.#seen.delete(oldest);
    }
  }

  #mayReport(uid: string): boolean {
    const nowMs = this.#clock.monotonicMs();
    const { tokens, atMs } = this.#allowances.get(uid) ?? { tokens: burst, atMs: nowMs };
    const available = Math.min(burst, tokens + (nowMs - atMs) / refillMs);
    this.#allowances.set(uid, { tokens: Math.max(0, available - 1), atMs: nowMs });
    return available >= 1;
  }
}
