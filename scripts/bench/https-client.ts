/** A plain HTTPS client with a certificate, over as many connections as there are clients: texts, and streams of lines. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { Agent, request } from "node:https";

export interface HttpsTarget {
  readonly port: number;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

export class HttpsClient {
  readonly #port: number;
  readonly #agent: Agent;

  constructor({ port, ca, cert, key }: HttpsTarget) {
    this.#port = port;
    // What is measured is how it is answered; whom by was settled when its port was chosen.
    this.#agent = new Agent({ keepAlive: true, ca, cert, key, checkServerIdentity: () => undefined });
  }

  /** Rejects for any status but a good one. */
  async text(method: string, path: string, body?: string): Promise<string> {
    const response = await this.#send(method, path, body);
    response.setEncoding("utf8");
    let text = "";
    for await (const chunk of response) text += chunk;
    if ((response.statusCode ?? 0) >= 300) throw new Error(`${method} ${path}: ${response.statusCode} ${text}`);
    return text;
  }

  /** Calls `onLine` with each whole line until `close`. Resolves once the answer has begun. */
  async lines(path: string, onLine: (line: string) => void): Promise<{ close(): void }> {
    const response = await this.#send("GET", path);
    if (response.statusCode !== 200) throw new Error(`GET ${path}: ${response.statusCode}`);
    response.setEncoding("utf8");
    let rest = "";
    response.on("data", (chunk: string) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) onLine(line);
    });
    response.on("error", () => {});
    return { close: () => void response.destroy() };
  }

  close(): void {
    this.#agent.destroy();
  }

  async #send(method: string, path: string, body?: string): Promise<IncomingMessage> {
    const headers =
      body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const asked = request({ host: "127.0.0.1", port: this.#port, agent: this.#agent, method, path, headers });
    asked.end(body);
    const [response] = (await once(asked, "response")) as [IncomingMessage];
    return response;
  }
}
