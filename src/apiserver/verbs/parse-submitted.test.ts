import { afterAll, describe, expect, it } from "vitest";
import { TestHttps } from "../testing/test-https.ts";

const server = await TestHttps.open();
afterAll(() => server.server.close());

const pods = "/api/v1/namespaces/default/pods";
const json = { "content-type": "application/json" };
const merge = { "content-type": "application/merge-patch+json" };

function pod(name: string, rest = ""): string {
  return `{"metadata":{"name":"${name}","foo":1},"spec":{"nodeName":"x","nodeName":"y","containers":[{"name":"a","image":"i","imag":"j","imag":"k"}]${rest}}}`;
}

const faults = [
  'unknown field "metadata.foo"',
  'unknown field "spec.containers[0].imag"',
  'duplicate field "spec.nodeName"',
];

describe("fieldValidation", () => {
  it("warns unless told otherwise, once a fault, in Kubernetes' words", async () => {
    const reply = await server.ask(pods, { method: "POST", headers: json, body: pod("warned") });
    expect(reply.status).toBe(201);
    expect(reply.json.spec.nodeName).toBe("y");
    expect(warnings(reply.headers["warning"])).toEqual(faults);
  });

  it("Strict refuses, naming every field", async () => {
    const reply = await server.ask(`${pods}?fieldValidation=Strict`, { method: "POST", headers: json, body: pod("s") });
    expect(reply.json).toMatchObject({
      code: 400,
      reason: "BadRequest",
      message: `Pod in version "v1" cannot be handled as a Pod: strict decoding error: ${faults.join(", ")}`,
    });
  });

  it("Ignore says nothing", async () => {
    const reply = await server.ask(`${pods}?fieldValidation=Ignore`, { method: "POST", headers: json, body: pod("i") });
    expect(reply).toMatchObject({ status: 201 });
    expect(reply.headers["warning"]).toBeUndefined();
  });

  it("is one of the three", async () => {
    const reply = await server.ask(`${pods}?fieldValidation=Loose`, { method: "POST", headers: json, body: pod("x") });
    expect(reply.json).toMatchObject({
      code: 422,
      message:
        'CreateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Loose": supported values: "Ignore", "Strict", "Warn"',
    });
  });

  it("looks at patches and replacements too, and at YAML", async () => {
    const body = "metadata:\n  name: y\nspec:\n  foo: 1\n  containers:\n  - {name: a, image: i}\n  foo: 2\n";
    const yaml = { "content-type": "application/yaml" };
    const created = await server.ask(pods, { method: "POST", headers: yaml, body });
    expect(warnings(created.headers["warning"])).toEqual([
      'unknown field "spec.foo"',
      'line 7: key "foo" already set in map',
    ]);
    const patch = '{"metadata":{"labels":{"a":"b","a":"c"}},"spec":{"bar":1}}';
    const patched = await server.ask(`${pods}/y`, { method: "PATCH", headers: merge, body: patch });
    expect(patched.json.metadata.labels).toEqual({ a: "c" });
    expect(warnings(patched.headers["warning"])).toEqual([
      'unknown field "spec.bar"',
      'duplicate field "metadata.labels.a"',
    ]);
    const strict = await server.ask(`${pods}/y?fieldValidation=Strict`, {
      method: "PATCH",
      headers: merge,
      body: patch,
    });
    expect(strict.status).toBe(400);
    const replaced = await server.ask(`${pods}/y?fieldValidation=Strict`, {
      method: "PUT",
      headers: json,
      body: JSON.stringify({ ...patched.json, extra: true }),
    });
    expect(replaced.json.message).toContain('strict decoding error: unknown field "extra"');
  });

  it("says no more than a header has room for", async () => {
    const unknown = Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`${index}-${"x".repeat(5000)}`, 1]));
    const body = JSON.stringify({ metadata: { name: "wordy" }, ...unknown });
    const reply = await server.ask("/api/v1/namespaces/default/configmaps", { method: "POST", headers: json, body });
    expect(reply.status).toBe(201);
    expect(warnings(reply.headers["warning"])).toHaveLength(16);
  });

  it("says nothing to the voter's own rooms", async () => {
    const spec = { containers: [{ name: "a", image: "i" }], foo: 1 };
    const reply = await server.fleet.api.request(
      { method: "POST", path: pods, body: { metadata: { name: "inner" }, spec } },
      { user: "admin", groups: ["system:masters"] },
    );
    expect(reply).toMatchObject({ status: 201 });
    expect(reply.warnings).toBeUndefined();
  });
});

/** What each warning says, without code and quotes. */
function warnings(header: string | string[] | undefined): string[] {
  return Array.from(String(header).matchAll(/299 - "((?:[^"\\]|\\.)*)"/gu), ([, text = ""]) =>
    text.replace(/\\/gu, ""),
  );
}
