/** Counts what is asked of this voter over HTTPS, and how long its answers take. */
import type { IncomingMessage } from "node:http";
import type { Clock } from "../../lib/clock.ts";
import type { Counter, Histogram, MetricRegistry } from "../../lib/metrics.ts";

/** Seconds. */
const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Others are counted as one, so that strangers cannot make as many series as they like. */
const methods: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"]);

export class RequestMeters {
  readonly #registry: MetricRegistry;
  readonly #clock: Clock;
  readonly #counters = new Map<string, Counter>();
  readonly #durations = new Map<string, Histogram>();

  constructor(registry: MetricRegistry, clock: Clock) {
    this.#registry = registry;
    this.#clock = clock;
  }

  /** Returns what is called with the status at the end; 0 where the client went before there was one. */
  begin({ method = "", url = "" }: IncomingMessage): (code: number) => void {
    const beganMs = this.#clock.monotonicMs();
    const verb = verbOf(method, url);
    return (code) => {
      this.#counter(verb, code).add();
      // A watch and a followed log last as long as somebody looks.
      if (verb !== "WATCH") this.#duration(verb).observe((this.#clock.monotonicMs() - beganMs) / 1_000);
    };
  }

  #counter(verb: string, code: number): Counter {
    const key = `${verb} ${code}`;
    const known = this.#counters.get(key);
    if (known !== undefined) return known;
    const help = "Requests over HTTPS, by method and status; 0 for those that their client gave up.";
    const made = this.#registry.counter("bramble_api_requests_total", help, { verb, code: String(code) });
    this.#counters.set(key, made);
    return made;
  }

  #duration(verb: string): Histogram {
    const known = this.#durations.get(verb);
    if (known !== undefined) return known;
    const help = "Requests over HTTPS, from their first line to the end of the answer.";
    const made = this.#registry.histogram("bramble_api_request_duration_seconds", help, bounds, { verb });
    this.#durations.set(verb, made);
    return made;
  }
}

function verbOf(method: string, url: string): string {
  if (!methods.has(method)) return "OTHER";
  return method === "GET" && /[?&](?:watch|follow)=(?:1|true)/.test(url) ? "WATCH" : method;
}
