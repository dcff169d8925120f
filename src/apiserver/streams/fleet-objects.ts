/** What the streams need of the fleet's objects, read as the server itself: whoever asks was authorized before. */
import { ApiError } from "../../api/api-error.ts";
import { type Pod, podResource } from "../../api/kinds/pod.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { apiVersionOfResource, type Resource } from "../../api/resource.ts";
import type { ApiServer } from "../api-server.ts";

const self = { user: "system:apiserver", groups: ["system:masters"] };

export interface ObjectName {
  /** Empty for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
}

type NamedResource = Pick<Resource, "group" | "version" | "plural">;

export class FleetObjects {
  readonly #apiServer: ApiServer;

  constructor(apiServer: ApiServer) {
    this.#apiServer = apiServer;
  }

  /** Throws `ApiError`, 404 where there is none. */
  async get<T extends ApiObject>(
    resource: NamedResource & Pick<Resource<T>, "schema">,
    { namespace, name }: ObjectName,
    signal: AbortSignal,
  ): Promise<T> {
    return resource.schema.parse(await this.#read(`${collectionPath(resource, namespace)}/${name}`, {}, signal));
  }

  pod(name: ObjectName, signal: AbortSignal): Promise<Pod> {
    return this.get(podResource, name, signal);
  }

  /** The body of the list. */
  list(resource: NamedResource, namespace: string, query: Readonly<Record<string, string>>, signal: AbortSignal) {
    return this.#read(collectionPath(resource, namespace), query, signal);
  }

  async #read(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<unknown> {
    const { status, body } = await this.#apiServer.request({ method: "GET", path, query }, self, { signal });
    if (status !== 200) throw ApiError.fromReply(status, body);
    return body;
  }
}

function collectionPath(resource: NamedResource, namespace: string): string {
  const root = resource.group === "" ? "/api" : "/apis";
  const within = namespace === "" ? "" : `namespaces/${namespace}/`;
  return `${root}/${apiVersionOfResource(resource)}/${within}${resource.plural}`;
}
