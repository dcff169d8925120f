/** What the server says of itself at length: aggregated discovery and OpenAPI. */
import type { IncomingHttpHeaders } from "node:http";
import type { AnyResource } from "../../api/resource.ts";
import { createOpenApiDocuments, type OpenApiDocuments } from "../openapi/openapi-documents.ts";
import { type AggregatedVersion, aggregatedDiscovery } from "../routing/aggregated-discovery.ts";
import { parseMediaType } from "./accept.ts";
import { documentReply, type KeptDocument, keepDocument } from "./kept-document.ts";
import type { RequestTarget } from "./request-target.ts";
import type { HttpReply } from "./send-reply.ts";

export interface ApiDocuments {
  /** Undefined where there is none, or where the client wants something else of the path. Throws `ApiError` (406). */
  reply(target: RequestTarget, headers: IncomingHttpHeaders): Promise<HttpReply | undefined>;
}

const aggregatedVersions: ReadonlyMap<string | undefined, AggregatedVersion> = new Map([
  ["v2", "v2"],
  ["v2beta1", "v2beta1"],
]);

/** Of what `served` gives; made anew once that is another list. */
export function createApiDocuments(served: () => Promise<readonly AnyResource[]>): ApiDocuments {
  let resources: readonly AnyResource[] | undefined;
  let openApi: OpenApiDocuments | undefined;
  const discovery = new Map<string, Promise<KeptDocument>>();

  function aggregated(root: "/api" | "/apis", version: AggregatedVersion, all: readonly AnyResource[]) {
    const contentType = `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
    const kept = discovery.get(`${root} ${version}`);
    const document = kept ?? keepDocument(contentType, JSON.stringify(aggregatedDiscovery(all, root, version)));
    discovery.set(`${root} ${version}`, document);
    return document;
  }

  return {
    async reply({ path, query }, headers) {
      const isDiscovery = path === "/api" || path === "/apis";
      if (!isDiscovery && !path.startsWith("/openapi/")) return undefined;
      const all = await served();
      if (all !== resources) {
        resources = all;
        openApi = undefined;
        discovery.clear();
      }
      if (isDiscovery) {
        const version = wantedDiscovery(headers.accept);
        return version && documentReply(await aggregated(path, version, all), headers);
      }
      openApi ??= createOpenApiDocuments(all);
      return openApi.reply(path, query["hash"], headers);
    },
  };
}

/** The first form that the server has decides: older documents, too, are JSON. */
function wantedDiscovery(accept: string | undefined): AggregatedVersion | undefined {
  for (const clause of accept?.split(",") ?? []) {
    const { type, parameters } = parseMediaType(clause);
    if (type !== "application/json" && type !== "*/*") continue;
    const version = aggregatedVersions.get(parameters.get("v"));
    const isAggregated =
      parameters.get("g") === "apidiscovery.k8s.io" && parameters.get("as") === "APIGroupDiscoveryList";
    if (isAggregated && version !== undefined) return version;
    if (!parameters.has("as")) return undefined;
  }
  return undefined;
}
