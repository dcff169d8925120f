/** Typed requests to an API server, whatever carries them. A refusal is thrown as `ApiError`. */
import { ApiError } from "../api/api-error.ts";
import type { ApiTransport } from "../api/exchange.ts";
import type { Pod } from "../api/kinds/pod.ts";
import type { DeleteOptions } from "../api/meta/delete-options.ts";
import type { ApiObject } from "../api/meta/object-meta.ts";
import type { Resource } from "../api/resource.ts";
import type { Subresource } from "../api/subresources.ts";
import type { SourceEvent } from "./informer.ts";
import { isExpired, isNotFound } from "./refusal.ts";
import { listOf, type ObjectList, objectOf, successBody } from "./reply.ts";
import { collectionPath, type ObjectName, objectPath } from "./resource-path.ts";

export interface ListOptions {
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly fieldSelector?: string;
  /** "0" reads what this server has, however old; by default the list shows all that was written before. */
  readonly resourceVersion?: string;
  readonly limit?: number;
  readonly continue?: string;
}

const mergePatchType = "application/merge-patch+json";

export class ApiClient {
  readonly transport: ApiTransport;

  constructor(transport: ApiTransport) {
    this.transport = transport;
  }

  async get<T extends ApiObject>(resource: Resource<T>, ref: ObjectName, signal?: AbortSignal): Promise<T> {
    const reply = await this.transport.request({ method: "GET", path: objectPath(resource, ref) }, signal);
    return objectOf(resource, successBody(reply));
  }

  /** The object, or undefined where there is none. */
  async find<T extends ApiObject>(
    resource: Resource<T>,
    ref: ObjectName,
    signal?: AbortSignal,
  ): Promise<T | undefined> {
    try {
      return await this.get(resource, ref, signal);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async list<T extends ApiObject>(
    resource: Resource<T>,
    options: ListOptions = {},
    signal?: AbortSignal,
  ): Promise<ObjectList<T>> {
    const { namespace, limit, ...rest } = options;
    const query = { ...rest, ...(limit !== undefined && { limit: String(limit) }) };
    const reply = await this.transport.request(
      { method: "GET", path: collectionPath(resource, namespace), query },
      signal,
    );
    return listOf(resource, successBody(reply));
  }

  /** Every change after `resourceVersion`; ends when the server ends the stream. */
  async *watch<T extends ApiObject>(
    resource: Resource<T>,
    resourceVersion: string,
    options: Pick<ListOptions, "namespace" | "labelSelector" | "fieldSelector">,
    signal: AbortSignal,
  ): AsyncIterable<SourceEvent<T>> {
    const { namespace, ...selectors } = options;
    const query = { ...selectors, watch: "true", allowWatchBookmarks: "true", resourceVersion };
    const path = collectionPath(resource, namespace);
    for await (const { type, object } of this.transport.watch({ method: "GET", path, query }, signal)) {
      switch (type) {
        case "ADDED":
        case "MODIFIED":
          yield { type: "put", object: objectOf(resource, object) };
          break;
        case "DELETED":
          yield { type: "delete", object: objectOf(resource, object) };
          break;
        case "BOOKMARK":
          yield {
            type: "bookmark",
            resourceVersion: objectOf(resource, object).metadata.resourceVersion ?? resourceVersion,
          };
          break;
        case "ERROR": {
          const error = ApiError.fromReply(500, object);
          yield isExpired(error) ? { type: "expired" } : { type: "failed", message: error.message };
          return;
        }
      }
    }
  }

  async create<T extends ApiObject>(resource: Resource<T>, object: T, signal?: AbortSignal): Promise<T> {
    const path = collectionPath(resource, object.metadata.namespace);
    const reply = await this.transport.request({ method: "POST", path, body: object }, signal);
    return objectOf(resource, successBody(reply));
  }

  /** Replaces the object; its `resourceVersion`, where it has one, must still be the current one. */
  update<T extends ApiObject>(resource: Resource<T>, object: T, signal?: AbortSignal): Promise<T> {
    return this.#put(resource, object, undefined, signal);
  }

  updateStatus<T extends ApiObject>(resource: Resource<T>, object: T, signal?: AbortSignal): Promise<T> {
    return this.#put(resource, object, "status", signal);
  }

  /** Merges `patch` into the object (RFC 7386); naming `metadata.resourceVersion` in it refuses a changed object. */
  mergePatch<T extends ApiObject>(
    resource: Resource<T>,
    ref: ObjectName,
    patch: object,
    signal?: AbortSignal,
  ): Promise<T> {
    return this.#patch(resource, ref, undefined, patch, signal);
  }

  mergePatchStatus<T extends ApiObject>(
    resource: Resource<T>,
    ref: ObjectName,
    patch: object,
    signal?: AbortSignal,
  ): Promise<T> {
    return this.#patch(resource, ref, "status", patch, signal);
  }

  /** Asks for the object's deletion; throws `NotFound` where it is gone, `Conflict` where a precondition fails. */
  async delete<T extends ApiObject>(
    resource: Resource<T>,
    ref: ObjectName,
    options: Pick<DeleteOptions, "gracePeriodSeconds" | "preconditions" | "propagationPolicy"> = {},
    signal?: AbortSignal,
  ): Promise<void> {
    const body = { apiVersion: "v1", kind: "DeleteOptions", ...options };
    successBody(await this.transport.request({ method: "DELETE", path: objectPath(resource, ref), body }, signal));
  }

  /** Ties the pod to a node; throws `Conflict` where it is tied to one already, or is another pod by now. */
  async bind(pods: Resource<Pod>, pod: Pod, nodeName: string, signal?: AbortSignal): Promise<void> {
    const { name, namespace, uid } = pod.metadata;
    const body = {
      apiVersion: "v1",
      kind: "Binding",
      metadata: { name, namespace, uid },
      target: { apiVersion: "v1", kind: "Node", name: nodeName },
    };
    const path = objectPath(pods, { namespace, name }, "binding");
    successBody(await this.transport.request({ method: "POST", path, body }, signal));
  }

  /** Writes through a subresource other than the status: `finalize`. */
  put<T extends ApiObject>(
    resource: Resource<T>,
    object: T,
    subresource: Subresource,
    signal?: AbortSignal,
  ): Promise<T> {
    return this.#put(resource, object, subresource, signal);
  }

  async #put<T extends ApiObject>(
    resource: Resource<T>,
    object: T,
    subresource: Subresource | undefined,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const path = objectPath(resource, object.metadata, subresource);
    const reply = await this.transport.request({ method: "PUT", path, body: object }, signal);
    return objectOf(resource, successBody(reply));
  }

  async #patch<T extends ApiObject>(
    resource: Resource<T>,
    ref: ObjectName,
    subresource: Subresource | undefined,
    body: object,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const path = objectPath(resource, ref, subresource);
    const reply = await this.transport.request({ method: "PATCH", path, contentType: mergePatchType, body }, signal);
    return objectOf(resource, successBody(reply));
  }
}
