import { expect, it } from "vitest";
import type { ApiRequest } from "../../api/exchange.ts";
import { attributesOf } from "./request-attributes.ts";

it.each<[ApiRequest["method"], string, object]>([
  ["GET", "/api/v1/pods", { verb: "list", resource: "pods", namespace: "", name: "" }],
  ["GET", "/api/v1/namespaces/n/pods", { verb: "list", namespace: "n", group: "", version: "v1" }],
  ["GET", "/api/v1/namespaces/n/pods?watch=True", { verb: "watch", namespace: "n" }],
  ["GET", "/api/v1/namespaces/n/pods/p", { verb: "get", namespace: "n", name: "p" }],
  ["GET", "/api/v1/namespaces/n/pods/p?watch=1", { verb: "watch", name: "p" }],
  ["GET", "/api/v1/pods?fieldSelector=metadata.name%3Dp", { verb: "list", name: "p" }],
  ["GET", "/api/v1/pods?fieldSelector=metadata.name!%3Dp", { verb: "list", name: "" }],
  ["GET", "/api/v1/pods?fieldSelector=a%3Db%3Dc", { verb: "list", name: "" }],
  ["POST", "/api/v1/namespaces/n/pods?fieldSelector=metadata.name%3Dp", { verb: "create", name: "" }],
  ["POST", "/api/v1/namespaces/n/pods/p/eviction", { verb: "create", name: "p", subresource: "eviction" }],
  ["PUT", "/apis/apps/v1/namespaces/n/daemonsets/d/status", { verb: "update", group: "apps", subresource: "status" }],
  ["PATCH", "/apis/apps/v1/namespaces/n/daemonsets/d", { verb: "patch", resource: "daemonsets", name: "d" }],
  ["DELETE", "/api/v1/namespaces/n/pods/p", { verb: "delete" }],
  ["DELETE", "/api/v1/namespaces/n/pods", { verb: "deletecollection" }],
  ["GET", "/api/v1/namespaces/n", { verb: "get", resource: "namespaces", namespace: "n", name: "n" }],
  ["PUT", "/api/v1/namespaces/n/finalize", { resource: "namespaces", subresource: "finalize", namespace: "n" }],
  ["GET", "/api/v1/namespaces/n/pods/p/proxy/a/b/c/d", { verb: "get", resource: "pods", subresource: "proxy" }],
  ["GET", "/api/v1/nodes/b1/proxy/metrics", { resource: "nodes", subresource: "proxy", name: "b1" }],
  ["GET", "/apis/apps/v1", { type: "path", verb: "get", path: "/apis/apps/v1" }],
  ["GET", "/healthz", { type: "path", verb: "get", path: "/healthz" }],
  ["POST", "/api/v1//pods", { type: "path", verb: "post" }],
])("reads %s %s", (method, target, expected) => {
  const [path = "", query = ""] = target.split("?");
  expect(attributesOf({ method, path, query: Object.fromEntries(new URLSearchParams(query)) })).toMatchObject(expected);
});

it("tells which fields a selector requires", () => {
  const query = { fieldSelector: "spec.nodeName=b1,status.phase!=Failed" };
  expect(attributesOf({ method: "GET", path: "/api/v1/pods", query })).toMatchObject({
    fields: new Map([["spec.nodeName", "b1"]]),
  });
});
