/** Notes what strangers ask of this voter, request by request. What the fleet does to itself is not noted. */
import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Identity } from "../../api/exchange.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Decision } from "../authorization/authorizer.ts";
import type { RequestAttributes } from "../authorization/request-attributes.ts";
import { type AuditFacts, type AuditLevel, auditEvent } from "./audit-event.ts";

/** Where lines go. It must take them at once: a request never waits for the log. */
export interface AuditSink {
  write(line: string): void;
}

export interface AuditOptions {
  readonly level: AuditLevel;
  readonly sink: AuditSink;
}

const quietPaths = new Set(["/healthz", "/livez", "/readyz", "/version"]);

export class AuditLog {
  readonly #options: AuditOptions;
  readonly #clock: Clock;
  readonly #trails = new WeakMap<IncomingMessage, AuditTrail>();

  constructor(options: AuditOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** The request's own trail, the same at every call. */
  trailOf(request: IncomingMessage): AuditTrail {
    const known = this.#trails.get(request);
    if (known !== undefined) return known;
    const trail = new AuditTrail(request, this.#options, this.#clock);
    this.#trails.set(request, trail);
    return trail;
  }
}

/** What becomes known of one request on its way. */
export class AuditTrail {
  readonly #options: AuditOptions;
  readonly #clock: Clock;
  #facts: AuditFacts;
  #isComplete = false;

  constructor({ url = "", headers, socket }: IncomingMessage, options: AuditOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#facts = {
      auditId: randomUUID(),
      requestUri: url,
      userAgent: headers["user-agent"],
      sourceIp: socket.remoteAddress?.replace(/^::ffff:/u, ""),
      receivedMs: clock.nowMs(),
    };
  }

  asked(attributes: RequestAttributes): void {
    this.#facts = { ...this.#facts, attributes };
  }

  /** `target` is whom the asker would act as; the asker himself, mostly. */
  identified(asker: Identity, target: Identity): void {
    this.#facts = { ...this.#facts, asker, ...(target !== asker && { target }) };
  }

  /** A request that may go on for hours is noted now, too. */
  decided(decision: Decision, isLong: boolean): void {
    this.#facts = { ...this.#facts, decision };
    if (isLong && decision.type === "allowed") this.#write("RequestReceived");
  }

  submitted(body: unknown): void {
    this.#facts = { ...this.#facts, submitted: body };
  }

  /** What admission says of the request; each as an annotation. */
  noted(notes: Readonly<Record<string, string>>): void {
    this.#facts = { ...this.#facts, notes };
  }

  /** The first call counts. `code` is absent where the client left before it was answered. */
  complete(code: number | undefined): void {
    if (this.#isComplete) return;
    this.#isComplete = true;
    const [path = ""] = this.#facts.requestUri.split("?");
    if (quietPaths.has(path)) return;
    if (code !== undefined) this.#facts = { ...this.#facts, code };
    this.#write("ResponseComplete");
  }

  #write(stage: "RequestReceived" | "ResponseComplete"): void {
    const { level, sink } = this.#options;
    sink.write(`${JSON.stringify(auditEvent(this.#facts, level, stage, this.#clock.nowMs()))}\n`);
  }
}
