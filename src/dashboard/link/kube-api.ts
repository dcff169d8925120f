/** The Kubernetes API with the token of who has signed in. A refusal says in the server's own words why. */
import { z } from "zod";

export class RefusedError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

const statusSchema = z.object({ message: z.string() });
const reviewSchema = z.object({ status: z.object({ userInfo: z.object({ username: z.string().default("") }) }) });
const accessSchema = z.object({ status: z.object({ allowed: z.boolean() }) });
const namesSchema = z.object({ items: z.array(z.object({ metadata: z.object({ name: z.string() }) })) });
const eventsSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ uid: z.string().default("") }),
      type: z.string().default("Normal"),
      reason: z.string().default(""),
      message: z.string().default(""),
      count: z.number().default(1),
      lastTimestamp: z.string().nullish(),
      eventTime: z.string().nullish(),
    }),
  ),
});

export interface PastEvent {
  readonly uid: string;
  readonly type: string;
  readonly reason: string;
  readonly message: string;
  readonly count: number;
  /** Milliseconds since 1970; absent where the event does not say. */
  readonly timeMs?: number;
}

/** What is to be done with what, as roles name it. */
export interface Action {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
}

const requestMsMax = 15_000;

export class KubeApi {
  readonly #token: string;

  constructor(token: string) {
    this.#token = token;
  }

  /** The user's name. Throws `RefusedError` (401) for a token that is nobody's. */
  async whoAmI(): Promise<string> {
    const body = { apiVersion: "authentication.k8s.io/v1", kind: "SelfSubjectReview" };
    const answer = await this.#json("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", body);
    return reviewSchema.parse(answer).status.userInfo.username;
  }

  async may(action: Action): Promise<boolean> {
    const body = {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: { resourceAttributes: action },
    };
    const answer = await this.#json("POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body);
    return accessSchema.parse(answer).status.allowed;
  }

  async namespaces(): Promise<readonly string[]> {
    const { items } = namesSchema.parse(await this.#json("GET", "/api/v1/namespaces"));
    return items.map(({ metadata }) => metadata.name);
  }

  /** Of one object, the newest last. */
  async events(namespace: string, uid: string): Promise<readonly PastEvent[]> {
    const query = new URLSearchParams({ fieldSelector: `involvedObject.uid=${uid}` });
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/events?${query}`;
    const { items } = eventsSchema.parse(await this.#json("GET", path));
    return items
      .map(({ metadata, lastTimestamp, eventTime, ...event }) => {
        const time = lastTimestamp ?? eventTime;
        return { ...event, uid: metadata.uid, ...(typeof time === "string" && { timeMs: Date.parse(time) }) };
      })
      .sort((one, other) => (one.timeMs ?? 0) - (other.timeMs ?? 0));
  }

  async setCordoned(node: string, isCordoned: boolean): Promise<void> {
    await this.#merge(`/api/v1/nodes/${encodeURIComponent(node)}`, { spec: { unschedulable: isCordoned || null } });
  }

  /** As `kubectl rollout restart` does: a new annotation makes a new revision. */
  async restart(workload: { readonly namespace: string; readonly resource: string; readonly name: string }) {
    const annotations = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
    await this.#merge(workloadPath(workload), { spec: { template: { metadata: { annotations } } } });
  }

  async scale(
    workload: { readonly namespace: string; readonly resource: string; readonly name: string },
    replicas: number,
  ): Promise<void> {
    await this.#merge(`${workloadPath(workload)}/scale`, { spec: { replicas } });
  }

  async deletePod(namespace: string, name: string): Promise<void> {
    await this.#json("DELETE", podPath(namespace, name));
  }

  /** The answer as it comes, which may go on for ever. Throws `RefusedError`. */
  async stream(path: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const response = await fetch(path, { headers: this.#headers(), signal, cache: "no-store" });
    if (!response.ok || response.body === null) throw await refusal(response);
    return response.body;
  }

  /** How a browser names its token among a WebSocket's protocols, since it can set no header there. */
  get bearerProtocol(): string {
    const bytes = Array.from(new TextEncoder().encode(this.#token), (byte) => String.fromCharCode(byte)).join("");
    const encoded = btoa(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
    return `base64url.bearer.authorization.k8s.io.${encoded}`;
  }

  async #merge(path: string, patch: unknown): Promise<void> {
    await this.#json("PATCH", path, patch, "application/merge-patch+json");
  }

  async #json(method: string, path: string, body?: unknown, contentType = "application/json"): Promise<unknown> {
    const response = await fetch(path, {
      method,
      headers: {
        ...this.#headers(),
        accept: "application/json",
        ...(body !== undefined && { "content-type": contentType }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(requestMsMax),
      cache: "no-store",
    });
    if (!response.ok) throw await refusal(response);
    return response.json();
  }

  #headers(): Record<string, string> {
    return { authorization: `Bearer ${this.#token}` };
  }
}

export function podPath(namespace: string, name: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;
}

function workloadPath({ namespace, resource, name }: { namespace: string; resource: string; name: string }): string {
  const within = `namespaces/${encodeURIComponent(namespace)}/${encodeURIComponent(resource)}/${encodeURIComponent(name)}`;
  return `/apis/apps/v1/${within}`;
}

async function refusal(response: Response): Promise<RefusedError> {
  const status = statusSchema.safeParse(await response.json().catch(() => undefined));
  return new RefusedError(
    response.status,
    status.success ? status.data.message : `the voter answered ${response.status}`,
  );
}
