import { request } from "node:https";
import { z } from "zod";
import { administratorOf, serverOf } from "./lab-kubeconfig.ts";
import type { LabBoard } from "./lab-record.ts";

const timeoutMs = 3_000;

const nodeListSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z
        .object({ conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional() })
        .optional(),
    }),
  ),
});

/** One voter's API, asked as the administrator over a connection for each request. */
export class FleetApi {
  readonly #lab: string;
  readonly #voter: LabBoard;

  constructor(lab: string, voter: LabBoard) {
    this.#lab = lab;
    this.#voter = voter;
  }

  /** Which boards are Ready, by name. */
  async readiness(): Promise<ReadonlyMap<string, boolean>> {
    const { items } = nodeListSchema.parse(JSON.parse(await this.send("GET", "/api/v1/nodes")));
    return new Map(
      items.map(({ metadata, status }) => [
        metadata.name,
        status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false,
      ]),
    );
  }

  /** Resolves with the body of a 2xx answer; rejects with any other, and where none comes within 3 s. */
  send(method: "GET" | "POST" | "PUT" | "DELETE", path: string, body?: unknown): Promise<string> {
    const headers = { "content-type": "application/json" };
    const options = { ...administratorOf(this.#lab), method, headers, agent: false, timeout: timeoutMs };
    return new Promise((resolve, reject) => {
      const call = request(`${serverOf(this.#voter)}${path}`, options, (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("error", reject);
        response.on("end", () => {
          const { statusCode = 0 } = response;
          if (statusCode >= 200 && statusCode < 300) resolve(text);
          else reject(new Error(`${method} ${path} at ${this.#voter.name}: ${statusCode} ${text}`));
        });
      });
      call.on("timeout", () => call.destroy(new Error(`${this.#voter.name} does not answer`)));
      call.on("error", reject);
      call.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }
}
