import { gunzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import type { Loose } from "../testing/test-api.ts";
import { TestHttps } from "../testing/test-https.ts";

const server = await TestHttps.open();
afterAll(() => server.server.close());

const discovery = "application/json;g=apidiscovery.k8s.io;as=APIGroupDiscoveryList";
/** As kubectl has asked since 1.27. */
const newest = `${discovery};v=v2,${discovery};v=v2beta1,application/json`;

describe("aggregated discovery", () => {
  it("tells all groups at once, to who asks for it first", async () => {
    const core = await server.ask("/api", { headers: { accept: newest } });
    expect(core.headers["content-type"]).toBe("application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList");
    expect(core.json).toMatchObject({
      kind: "APIGroupDiscoveryList",
      apiVersion: "apidiscovery.k8s.io/v2",
      items: [{ metadata: { name: "" }, versions: [{ version: "v1", freshness: "Current" }] }],
    });
    const groups = (await server.ask("/apis", { headers: { accept: newest } })).json;
    const legacy = (await server.ask("/apis")).json;
    expect(legacy.kind).toBe("APIGroupList");
    expect(groups.items.map(({ metadata }: Loose) => metadata.name)).toEqual(
      legacy.groups.map(({ name }: Loose) => name),
    );
  });

  it("speaks the older version to older clients, and old documents to who prefers them", async () => {
    const headers = { accept: `${discovery};v=v2beta1,application/json` };
    expect((await server.ask("/apis", { headers })).json.apiVersion).toBe("apidiscovery.k8s.io/v2beta1");
    expect((await server.ask("/apis", { headers: { accept: `application/json,${newest}` } })).json.kind).toBe(
      "APIGroupList",
    );
  });

  it("says of every kind and subresource what may be done with it", async () => {
    const resource = async (root: string, group: string, name: string): Promise<Loose> => {
      const { items } = (await server.ask(root, { headers: { accept: newest } })).json;
      const { versions } = items.find(({ metadata }: Loose) => metadata.name === group);
      return versions[0].resources.find((entry: Loose) => entry.resource === name);
    };
    const pods = await resource("/api", "", "pods");
    expect(pods).toMatchObject({
      responseKind: { group: "", version: "v1", kind: "Pod" },
      scope: "Namespaced",
      singularResource: "pod",
      shortNames: ["po"],
      categories: ["all"],
    });
    expect(pods.subresources).toContainEqual({
      subresource: "eviction",
      responseKind: { group: "policy", version: "v1", kind: "Eviction" },
      verbs: ["create"],
    });
    const accounts = await resource("/api", "", "serviceaccounts");
    expect(accounts.subresources).toContainEqual({
      subresource: "token",
      responseKind: { group: "authentication.k8s.io", version: "v1", kind: "TokenRequest" },
      verbs: ["create"],
    });
    const reviews = await resource("/apis", "authorization.k8s.io", "selfsubjectaccessreviews");
    expect(reviews).toMatchObject({ scope: "Cluster", verbs: ["create"] });
    expect(await resource("/api", "", "nodes")).toMatchObject({ scope: "Cluster" });
  });
});

describe("OpenAPI v3", () => {
  it("is one document for each version of a group, found through an index", async () => {
    const { paths } = (await server.ask("/openapi/v3")).json;
    const url: string = paths["apis/apps/v1"].serverRelativeURL;
    const reply = await server.ask(url, { headers: { "accept-encoding": "gzip" } });
    expect(reply.headers["content-encoding"]).toBe("gzip");
    const document = JSON.parse(gunzipSync(reply.bytes).toString());
    expect(Object.keys(document.components.schemas)).toContain("io.k8s.api.apps.v1.DaemonSet");
    expect((await server.ask("/openapi/v3/apis/apps/v1")).json).toEqual(document);
    expect((await server.ask("/openapi/v3/apis/nothing/v1")).status).toBe(404);
    expect((await server.ask("/openapi/v3", { headers: { accept: "text/html" } })).status).toBe(406);
  });

  it("may be kept forever by its hash, and is found anew by an old one", async () => {
    const { paths } = (await server.ask("/openapi/v3")).json;
    const url: string = paths["api/v1"].serverRelativeURL;
    expect((await server.ask(url)).headers["cache-control"]).toContain("immutable");
    const moved = await server.ask("/openapi/v3/api/v1?hash=OLD");
    expect(moved).toMatchObject({ status: 301, headers: { location: url } });
  });
});

it.each(["/openapi/v2", "/openapi/v3", "/openapi/v3/api/v1"])("%s is not sent to who has it", async (path) => {
  const { etag = "" } = (await server.ask(path)).headers;
  const again = await server.ask(path, { headers: { "if-none-match": String(etag) } });
  expect(again).toMatchObject({ status: 304, headers: { etag } });
  expect(again.bytes).toHaveLength(0);
});
