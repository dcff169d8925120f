/** A Kubernetes request and its answer without the wire: the same shape over HTTPS, MQTT and in one process. */

export interface ApiRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `/api/v1/namespaces/default/pods/web-0/status` */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The patch type for PATCH; JSON otherwise. */
  readonly contentType?: string;
  readonly body?: unknown;
  /** The form that is asked for, such as a Table; the object itself unless given. Over HTTP only. */
  readonly accept?: string;
  /** Of a body that came as text, whose unknown fields are then looked for as well. */
  readonly duplicateFields?: readonly DuplicateField[];
  /** The program that asks, as HTTP names it: `kubectl/v1.33.0 (linux/arm64)`. Who writes is known by its first word, and how old it is. */
  readonly userAgent?: string;
  /** Whether the answer to a GET may be text already, as the one who asks would only write it out. Within a server only. */
  readonly asText?: boolean;
}

/** A field that a body names more than once, of which the last counts. */
export interface DuplicateField {
  /** In JSON: `spec.containers[0].image`. */
  readonly path?: string;
  /** In Kubernetes' words. */
  readonly message: string;
}

export interface ApiReply {
  readonly status: number;
  /** An API object, a list, or a `Status`. */
  readonly body: unknown;
  /** What the client should know besides; each is a `Warning` header over HTTP. */
  readonly warnings?: readonly string[];
  /** What admission noted, for the audit log. */
  readonly notes?: Readonly<Record<string, string>>;
}

export interface ApiWatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: unknown;
}

/** Who asks, as authentication found it. */
export interface Identity {
  readonly user: string;
  readonly groups: readonly string[];
  /** Tells a user from one who had the name before. */
  readonly uid?: string;
  /** What else is known of the user, by keys such as `authentication.kubernetes.io/pod-name`. */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

/** Carries requests to an API server as one fixed identity. */
export interface ApiTransport {
  /** Throws only when no answer came; a refusal is a reply with a `Status` body. */
  request(request: ApiRequest, signal?: AbortSignal): Promise<ApiReply>;
  /** One `ERROR` event ends a watch that the server ends with a reason; the iteration ends when the stream does. */
  watch(request: ApiRequest, signal: AbortSignal): AsyncIterable<ApiWatchEvent>;
}
