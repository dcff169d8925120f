/** Requests to the API over HTTPS, answered by a voter of the fleet and by nobody else. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { ApiError } from "../../api/api-error.ts";
import type { ApiReply, ApiRequest, ApiTransport, ApiWatchEvent } from "../../api/exchange.ts";
import { messageOf, UsageError } from "../../lib/errors.ts";
import { identityOf } from "../pki/peer-identity.ts";
import { jsonLines } from "./json-lines.ts";

export interface HttpsTransportOptions {
  /** `10.99.0.1:6443` */
  readonly server: string;
  readonly caPem: string;
  /** Whom to ask as; absent for a board that has no certificate yet. */
  readonly certificatePem?: string;
  readonly keyPem?: string;
  /** Sent with each request. */
  readonly token?: string;
}

/** Its first word is whom a change is put down to. */
const userAgent = "bramble";
const answerTimeoutMs = 30_000;
const bodyBytesMax = 64 * 1_024 * 1_024;

export class HttpsTransport implements ApiTransport {
  readonly #server: string;
  readonly #agent: Agent;
  readonly #token: string | undefined;

  constructor({ server, caPem, certificatePem, keyPem, token }: HttpsTransportOptions) {
    this.#server = server;
    this.#token = token;
    this.#agent = new Agent({
      keepAlive: true,
      ca: caPem,
      ...(certificatePem === undefined ? {} : { cert: certificatePem }),
      ...(keyPem === undefined ? {} : { key: keyPem }),
      // The CA is the fleet's own and signs boards too: what counts is that a voter answers, under whatever address.
      checkServerIdentity: (_host, certificate) =>
        identityOf(certificate)?.voterId === undefined ? new Error("it is not a voter of the fleet") : undefined,
    });
  }

  async request(request: ApiRequest, signal?: AbortSignal): Promise<ApiReply> {
    const response = await this.#send(request, signal, answerTimeoutMs);
    const warnings = warningsOf(response);
    return {
      status: response.statusCode ?? 0,
      body: await this.#body(response),
      ...(warnings.length > 0 && { warnings }),
    };
  }

  async *watch(request: ApiRequest, signal: AbortSignal): AsyncIterable<ApiWatchEvent> {
    const response = await this.#send(request, signal);
    const status = response.statusCode ?? 0;
    if (status >= 400) {
      yield { type: "ERROR", object: await this.#body(response) };
      return;
    }
    try {
      for await (const event of jsonLines(response, bodyBytesMax)) yield watchEvent(event);
    } catch (error) {
      // A stream that breaks has ended: the watcher resumes from what it saw, as after any end.
      if (!isBrokenStream(error)) throw error;
    } finally {
      response.destroy();
    }
  }

  /** The body of what is no JSON, as it comes. Throws `ApiError` for a refusal. */
  async download(path: string): Promise<{ readonly byteCount: number; readonly chunks: AsyncIterable<Buffer> }> {
    const response = await this.#send({ method: "GET", path }, undefined, answerTimeoutMs);
    const status = response.statusCode ?? 0;
    if (status >= 400) throw ApiError.fromReply(status, await this.#body(response));
    return { byteCount: Number(response.headers["content-length"] ?? 0), chunks: response };
  }

  /** The same of what may go on for ever, until it ends or the signal aborts. */
  async *stream(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): AsyncGenerator<Buffer> {
    const response = await this.#send({ method: "GET", path, query, accept: "*/*" }, signal);
    const status = response.statusCode ?? 0;
    if (status >= 400) throw ApiError.fromReply(status, await this.#body(response));
    try {
      yield* response;
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      response.destroy();
    }
  }

  /** Ends idle connections. */
  close(): void {
    this.#agent.destroy();
  }

  async #send(request: ApiRequest, signal?: AbortSignal, timeoutMs?: number): Promise<IncomingMessage> {
    const { method, path, query, contentType = "application/json", accept = "application/json", body } = request;
    const url = new URL(`https://${this.#server}${path}`);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      accept,
      "user-agent": userAgent,
      ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      ...(payload === undefined ? {} : { "content-type": contentType, "content-length": Buffer.byteLength(payload) }),
    };
    const sent = httpsRequest(url, { method, headers, agent: this.#agent, ...(signal ? { signal } : {}) });
    if (timeoutMs !== undefined) sent.setTimeout(timeoutMs, () => sent.destroy(new Error("no answer in time")));
    sent.end(payload);
    try {
      const [response]: IncomingMessage[] = await once(sent, "response");
      if (response === undefined) throw new Error("no response");
      return response;
    } catch (cause) {
      signal?.throwIfAborted();
      throw new UsageError(
        `${this.#server} does not answer (${messageOf(cause)}): see that a voter runs there and can be reached`,
        { cause },
      );
    }
  }

  async #body(response: IncomingMessage): Promise<unknown> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of response) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > bodyBytesMax) throw new Error(`the answer of ${this.#server} is longer than ${bodyBytesMax} bytes`);
    }
    const text = Buffer.concat(chunks).toString();
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
}

/** `299 - "unknown field \"spec.foo\""`, as RFC 7234 has it. */
function warningsOf({ headers }: IncomingMessage): string[] {
  const { warning = "" } = headers;
  return Array.from(warning.matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g), ([, text = ""]) => text.replace(/\\(.)/g, "$1"));
}

const eventTypes = ["ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"] as const;

function watchEvent(event: unknown): ApiWatchEvent {
  const { type, object }: { type?: unknown; object?: unknown } =
    typeof event === "object" && event !== null ? event : {};
  const known = eventTypes.find((name) => name === type);
  if (known === undefined) throw new Error("the server sent something that is no watch event");
  return { type: known, object };
}

function isBrokenStream(error: unknown): boolean {
  const codes: readonly unknown[] = ["ECONNRESET", "ABORT_ERR", "ETIMEDOUT", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"];
  return error instanceof Error && "code" in error && codes.includes(error.code);
}
