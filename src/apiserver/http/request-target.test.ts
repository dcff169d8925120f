import { describe, expect, it } from "vitest";
import { parseGoBoolean } from "../routing/go-boolean.ts";
import { parseRoute } from "../routing/route.ts";
import { acceptsGzip, negotiateForm } from "./accept.ts";
import { parseRequestTarget } from "./request-target.ts";

describe("parseRequestTarget", () => {
  it("decodes once and keeps the first of equal parameters", () => {
    expect(parseRequestTarget("/api/v1/nodes/a%2525?x=1&x=2&fieldSelector=a%3Db")).toEqual({
      path: "/api/v1/nodes/a%25",
      query: { x: "1", fieldSelector: "a=b" },
    });
    expect(parseRequestTarget("/api/")?.path).toBe("/api");
  });

  it.each(["/api/v1/..%2fsecrets", "/api/../x", "/api/%2e%2e/x", "/api/%00", "/api/%ff", "/api/%zz", "api", "/a%5cb"])(
    "refuses %s",
    (url) => {
      expect(parseRequestTarget(url)).toBeUndefined();
    },
  );
});

describe("parseRoute", () => {
  const path = (text: string) => {
    const route = parseRoute(text);
    return route?.type === "resource" ? route.path : route;
  };

  it("tells a namespace's subresources from the resources within it", () => {
    expect(path("/api/v1/namespaces/a/pods/b/status")).toEqual({
      group: "",
      version: "v1",
      plural: "pods",
      namespace: "a",
      name: "b",
      subresource: "status",
    });
    const namespace = { group: "", version: "v1", plural: "namespaces", name: "a" };
    expect(path("/api/v1/namespaces/a")).toEqual(namespace);
    expect(path("/api/v1/namespaces/a/finalize")).toEqual({ ...namespace, subresource: "finalize" });
    expect(path("/apis/apps/v1/daemonsets")).toEqual({ group: "apps", version: "v1", plural: "daemonsets" });
    expect(path("/apis/apps")).toEqual({ type: "group", group: "apps" });
  });

  it.each(["/", "/apis//v1", "/api/v1/pods//x", "/api/v1/namespaces/a/pods/b/status/c", "/metrics"])(
    "knows no %s",
    (text) => {
      expect(parseRoute(text)).toBeUndefined();
    },
  );
});

describe("negotiateForm", () => {
  const table = "application/json;as=Table;v=v1;g=meta.k8s.io";
  it.each([
    [undefined, { form: "plain" }],
    ["*/*", { form: "plain" }],
    [`${table},application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json`, { form: "table", version: "v1" }],
    ["application/json;as=Table;v=v2;g=meta.k8s.io, application/json", { form: "plain" }],
    ["application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io", { form: "partial", version: "v1" }],
    ["application/vnd.kubernetes.protobuf, application/json", { form: "plain" }],
    ["text/html", undefined],
  ])("takes %j", (accept, form) => {
    expect(negotiateForm(accept)).toEqual(form);
  });
});

it("reads booleans like Go, and refused codings as refused", () => {
  expect(["1", "t", "True", "TRUE"].map(parseGoBoolean)).toEqual([true, true, true, true]);
  expect([undefined, "", "F", "0"].map(parseGoBoolean)).toEqual([false, false, false, false]);
  expect(parseGoBoolean("yes")).toBeUndefined();
  expect(acceptsGzip("deflate, gzip;q=0.5")).toBe(true);
  expect(acceptsGzip("gzip;q=0")).toBe(false);
});
