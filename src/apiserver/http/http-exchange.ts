/** What the parts of the HTTP layer hand to one another. */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ApiRequest } from "../../api/exchange.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { MetricRegistry } from "../../lib/metrics.ts";
import type { ApiServer } from "../api-server.ts";
import type { Dashboard } from "../dashboard/serve-dashboard.ts";
import type { Operations } from "../operations/operations.ts";
import type { StreamServer } from "../streams/stream-server.ts";
import type { ApiDocuments } from "./api-documents.ts";
import type { LargeBodies } from "./large-bodies.ts";
import type { RequestTarget } from "./request-target.ts";
import type { Outlets } from "./send-pieces.ts";

export interface HttpExchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: RequestTarget;
  /** GET for HEAD. */
  readonly method: ApiRequest["method"];
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  readonly largeBodies: LargeBodies;
  readonly outlets: Outlets;
}

export interface HttpServices {
  readonly apiServer: ApiServer;
  readonly documents: ApiDocuments;
  /** The body of `/version`. */
  readonly version: unknown;
  /** Answers the body of a join request; throws `ApiError`. */
  readonly join: (body: unknown) => Promise<unknown>;
  /** Answers what concerns the voters themselves; without it these paths lead nowhere. */
  readonly operations?: Operations;
  /** Logs, commands, forwarded ports and proxies; without it these paths lead nowhere. */
  readonly streams?: StreamServer;
  /** What `/metrics` shows. */
  readonly metrics?: MetricRegistry;
  /** The pages for people; without it their paths lead nowhere. */
  readonly dashboard?: Dashboard;
  /** Whether a Host header names this voter; without it any does. */
  readonly isOwnHost?: (host: string) => boolean;
  readonly clock: Clock;
  readonly log: Logger;
}
