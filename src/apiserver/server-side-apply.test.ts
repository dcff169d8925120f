import { describe, expect, it } from "vitest";
import { type Loose, TestApi } from "./testing/test-api.ts";

const maps = "/api/v1/namespaces/default/configmaps";
const pods = "/api/v1/namespaces/default/pods";
const applyType = "application/apply-patch+yaml";

function configMap(name: string, data: Record<string, string> | undefined, metadata: object = {}) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...metadata }, ...(data && { data }) };
}

function pod(name: string, containers: readonly object[], rest: object = {}) {
  return { apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { containers, ...rest } };
}

function apply(server: TestApi, target: string, body: object, manager: string, query = "") {
  return server.send("PATCH", `${target}?fieldManager=${manager}${query}`, body, applyType);
}

function managersOf(body: Loose): string[] {
  return body.metadata.managedFields.map(
    ({ manager, operation, subresource }: Loose) => `${manager} ${operation}${subresource ? ` ${subresource}` : ""}`,
  );
}

function fieldsOf(body: Loose, manager: string): Loose {
  return body.metadata.managedFields.find((entry: Loose) => entry.manager === manager)?.fieldsV1;
}

describe("managed fields", () => {
  it("name whoever created, updated and reported, and what", async () => {
    const server = await TestApi.open();
    const containers = [{ name: "main", image: "hello", env: [{ name: "A", value: "1" }] }];
    const created = await server.send("POST", `${pods}?fieldManager=creator`, pod("p", containers));
    expect(managersOf(created.body)).toEqual(["creator Update"]);
    expect(created.body.metadata.managedFields[0]).toMatchObject({
      apiVersion: "v1",
      time: "2023-11-14T22:13:20Z",
      fieldsType: "FieldsV1",
    });
    expect(fieldsOf(created.body, "creator")["f:spec"]["f:containers"]['k:{"name":"main"}']).toMatchObject({
      ".": {},
      "f:image": {},
      "f:env": { 'k:{"name":"A"}': { ".": {}, "f:name": {}, "f:value": {} } },
    });
    expect(fieldsOf(created.body, "creator")).not.toHaveProperty("f:status");
    const labels = { metadata: { labels: { a: "1" } } };
    await server.send("PATCH", `${pods}/p?fieldManager=labeller`, labels, "application/merge-patch+json");
    const status = { status: { phase: "Running" } };
    await server.send("PATCH", `${pods}/p/status?fieldManager=board`, status, "application/merge-patch+json");
    const { body } = await server.get(`${pods}/p`);
    expect(managersOf(body)).toEqual(["board Update status", "creator Update", "labeller Update"]);
    expect(fieldsOf(body, "labeller")).toEqual({ "f:metadata": { "f:labels": { ".": {}, "f:a": {} } } });
    expect(fieldsOf(body, "board")).toEqual({ "f:status": { "f:phase": {} } });
  });

  it("are taken from the program's name where the query names nobody, and from the user where that is missing", async () => {
    const server = await TestApi.open();
    const post = (name: string, userAgent?: string) =>
      server.api.request(
        { method: "POST", path: maps, body: configMap(name, {}), ...(userAgent && { userAgent }) },
        { user: "system:voter:b1", groups: [] },
      ) as Promise<Loose>;
    expect(managersOf((await post("a", "kubectl/v1.33.0 (linux/arm64)")).body)).toEqual(["kubectl Update"]);
    expect(managersOf((await post("b")).body)).toEqual(["voter Update"]);
  });

  it("stay where a client sends none, are replaced by what it sends, and forgotten for one empty entry", async () => {
    const server = await TestApi.open();
    const { body } = await server.send("POST", `${maps}?fieldManager=one`, configMap("a", { x: "1" }));
    const { managedFields: _, ...bare } = body.metadata;
    const kept = await server.send("PUT", `${maps}/a?fieldManager=two`, { ...body, metadata: bare });
    expect(managersOf(kept.body)).toEqual(["one Update"]);
    const renamed = body.metadata.managedFields.map((entry: Loose) => ({
      ...entry,
      manager: "new",
      operation: "Apply",
    }));
    const handover = [{ op: "replace", path: "/metadata/managedFields", value: renamed }];
    const handed = await server.send("PATCH", `${maps}/a`, handover, "application/json-patch+json");
    expect(managersOf(handed.body)).toEqual(["new Apply"]);
    const reset = [{ op: "replace", path: "/metadata/managedFields", value: [{}] }];
    const forgotten = await server.send("PATCH", `${maps}/a`, reset, "application/json-patch+json");
    expect(forgotten.body.metadata).not.toHaveProperty("managedFields");
  });

  it("are what patches of them find, whichever way these name them", async () => {
    const server = await TestApi.open();
    await server.send("POST", `${maps}?fieldManager=one`, configMap("a", { x: "1" }));
    const jsonType = "application/json-patch+json";
    const patch = (operations: object[]) => server.send("PATCH", `${maps}/a`, operations, jsonType);
    const manager = "/metadata/managedFields/0/manager";
    expect((await patch([{ op: "test", path: manager, value: "one" }])).status).toBe(200);
    expect((await patch([{ op: "test", path: `${manager}/x`, value: "one" }])).status).toBe(422);
    const renamed = await patch([{ op: "replace", path: manager, value: "two" }]);
    expect(managersOf(renamed.body)).toEqual(["two Update"]);
    expect(fieldsOf(renamed.body, "two")).toEqual({ "f:data": { ".": {}, "f:x": {} } });
    const merged = { metadata: { managedFields: [{}] } };
    const reset = await server.send("PATCH", `${maps}/a`, merged, "application/merge-patch+json");
    expect(reset.body.metadata).not.toHaveProperty("managedFields");
  });

  it("keep at most ten that update", async () => {
    const server = await TestApi.open();
    await server.send("POST", `${maps}?fieldManager=first`, configMap("a", {}));
    for (let index = 0; index < 14; index += 1) {
      const patch = { data: { [`k${index}`]: "v" } };
      await server.send("PATCH", `${maps}/a?fieldManager=m${index}`, patch, "application/merge-patch+json");
    }
    const { body } = await server.get(`${maps}/a`);
    expect(body.metadata.managedFields).toHaveLength(10);
    expect(managersOf(body)).toContain("ancient-changes Update");
  });
});

describe("server-side apply", () => {
  it("creates what is missing, and writes nothing the second time", async () => {
    const server = await TestApi.open();
    const created = await apply(server, `${maps}/a`, configMap("a", { x: "1" }), "me");
    expect(created.status).toBe(201);
    expect(managersOf(created.body)).toEqual(["me Apply"]);
    expect(fieldsOf(created.body, "me")).toEqual({ "f:data": { "f:x": {} } });
    const before = server.store.transactions;
    server.clock.advance(60_000);
    const again = await apply(server, `${maps}/a`, configMap("a", { x: "1" }), "me");
    expect(again).toEqual({ status: 200, body: created.body });
    expect(server.store.transactions).toBe(before);
  });

  it("removes what its applier leaves out, unless somebody else owns it", async () => {
    const server = await TestApi.open();
    await apply(server, `${maps}/a`, configMap("a", { x: "1", y: "1", z: "1" }), "me");
    await apply(server, `${maps}/a`, configMap("a", { y: "1" }), "you");
    const patch = { data: { w: "1" } };
    await server.send("PATCH", `${maps}/a`, patch, "application/merge-patch+json");
    const { body } = await apply(server, `${maps}/a`, configMap("a", { z: "2" }), "me");
    expect(body.data).toEqual({ w: "1", y: "1", z: "2" });
  });

  it("refuses to change what others set, names each field, and takes it by force", async () => {
    const server = await TestApi.open();
    await apply(server, `${maps}/a`, configMap("a", { x: "1" }), "me");
    const set = { data: { x: "2", y: "2" } };
    await server.send("PATCH", `${maps}/a?fieldManager=cli`, set, "application/merge-patch+json");
    const wish = configMap("a", { x: "3", y: "3" });
    expect(await apply(server, `${maps}/a`, wish, "me")).toMatchObject({
      status: 409,
      body: {
        reason: "Conflict",
        message: 'Apply failed with 2 conflicts: conflicts with "cli" using v1:\n- .data.x\n- .data.y',
        details: {
          causes: [
            { reason: "FieldManagerConflict", message: 'conflict with "cli" using v1', field: ".data.x" },
            { reason: "FieldManagerConflict", message: 'conflict with "cli" using v1', field: ".data.y" },
          ],
        },
      },
    });
    const one = await apply(server, `${maps}/a`, configMap("a", { x: "3" }), "me");
    expect(one.body.message).toBe('Apply failed with 1 conflict: conflict with "cli" using v1: .data.x');
    const forced = await apply(server, `${maps}/a`, wish, "me", "&force=true");
    expect(forced.body.data).toEqual({ x: "3", y: "3" });
    expect(managersOf(forced.body)).toEqual(["me Apply"]);
  });

  it("lets two appliers own the same value, and either of them give it up", async () => {
    const server = await TestApi.open();
    await apply(server, `${maps}/a`, configMap("a", { x: "1" }), "me");
    expect((await apply(server, `${maps}/a`, configMap("a", { x: "1" }), "you")).status).toBe(200);
    expect((await apply(server, `${maps}/a`, configMap("a", { x: "2" }), "you")).status).toBe(409);
    expect((await apply(server, `${maps}/a`, configMap("a", undefined), "me")).body.data).toEqual({ x: "1" });
    expect((await apply(server, `${maps}/a`, configMap("a", { x: "2" }), "you")).body.data).toEqual({ x: "2" });
    expect((await apply(server, `${maps}/a`, configMap("a", undefined), "you")).body).not.toHaveProperty("data");
  });

  it("merges lists by their keys", async () => {
    const server = await TestApi.open();
    const main = { name: "main", image: "hello", env: [{ name: "A", value: "1" }] };
    await apply(server, `${pods}/p`, pod("p", [main]), "me");
    const finalizers = { metadata: { name: "p", finalizers: ["example.com/mine"] } };
    const other = { ...pod("p", []), ...finalizers, spec: {} };
    expect((await apply(server, `${pods}/p`, other, "you")).body.metadata.finalizers).toEqual(["example.com/mine"]);
    const image = pod("p", [{ name: "main", image: "hello:2" }]);
    const refused = await apply(server, `${pods}/p`, image, "you");
    expect(refused.body.details.causes[0].field).toBe('.spec.containers[name="main"].image');
    const forced = await apply(server, `${pods}/p`, image, "you", "&force=true");
    expect(forced.body.spec.containers).toMatchObject([{ image: "hello:2", env: [{ name: "A", value: "1" }] }]);
    expect(forced.body.metadata).not.toHaveProperty("finalizers");
    const twice = pod("p", [main, main]);
    expect((await apply(server, `${pods}/p`, twice, "me")).status).toBe(400);
  });

  it("knows equal values however they are written", async () => {
    const server = await TestApi.open();
    const sized = (cpu: string) => pod("p", [{ name: "main", image: "hello", resources: { limits: { cpu } } }]);
    await server.send("POST", `${pods}?fieldManager=creator`, sized("500m"));
    expect((await apply(server, `${pods}/p`, sized("500m"), "me")).status).toBe(200);
  });

  it("reaches the status through its subresource alone", async () => {
    const server = await TestApi.open();
    await server.send("POST", pods, pod("p", [{ name: "main", image: "hello" }]));
    const report = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, status: { phase: "Running" } };
    const { body } = await apply(server, `${pods}/p/status`, report, "board");
    expect(body.status.phase).toBe("Running");
    expect(managersOf(body)).toContain("board Apply status");
    expect((await apply(server, `${pods}/p`, report, "me")).body.status.phase).toBe("Running");
    expect((await apply(server, `${pods}/missing/status`, { ...report, metadata: {} }, "me")).status).toBe(404);
  });

  it("takes over what kubectl's client-side apply set, while nobody else has changed it", async () => {
    const server = await TestApi.open();
    const name = "kubectl.kubernetes.io/last-applied-configuration";
    const applied = configMap("a", { x: "1", y: "1" });
    const annotations = { [name]: JSON.stringify(applied) };
    const body = configMap("a", { x: "1", y: "1" }, { annotations });
    await server.send("POST", `${maps}?fieldManager=kubectl-client-side-apply`, body);
    const next = await apply(server, `${maps}/a`, configMap("a", { x: "2" }), "kubectl");
    expect(next).toMatchObject({ status: 200, body: { data: { x: "2", y: "1" } } });
    expect(JSON.parse(next.body.metadata.annotations[name])).toMatchObject({ data: { x: "2" } });
    const patch = { data: { y: "other" } };
    await server.send("PATCH", `${maps}/a?fieldManager=cli`, patch, "application/merge-patch+json");
    expect((await apply(server, `${maps}/a`, configMap("a", { y: "2" }), "kubectl")).status).toBe(409);
  });

  it("says who wrote before anybody was recorded", async () => {
    const server = await TestApi.open();
    await server.send("POST", `${maps}?fieldManager=x`, configMap("a", { x: "1" }));
    const reset = [{ op: "replace", path: "/metadata/managedFields", value: [{}] }];
    await server.send("PATCH", `${maps}/a`, reset, "application/json-patch+json");
    const refused = await apply(server, `${maps}/a`, configMap("a", { x: "2" }), "me");
    expect(refused.body.message).toContain('conflict with "before-first-apply" using v1: .data.x');
  });

  it("writes nothing in a dry run", async () => {
    const server = await TestApi.open();
    const before = server.store.transactions;
    expect((await apply(server, `${maps}/a`, configMap("a", { x: "1" }), "me", "&dryRun=All")).status).toBe(201);
    expect(server.store.transactions).toBe(before);
  });

  it.each([
    ["no manager", "", configMap("a", {}), 422],
    ["a name that is not the path's", "me", configMap("b", {}), 400],
    ["another kind", "me", { ...configMap("a", {}), kind: "Secret" }, 400],
    ["no kind", "me", { metadata: { name: "a" } }, 400],
    ["managed fields", "me", configMap("a", {}, { managedFields: [{ manager: "x" }] }), 400],
    ["another version", "me", configMap("a", {}, { resourceVersion: "1" }), 409],
    ["another object of the name", "me", configMap("a", {}, { uid: "other" }), 409],
    ["a manager with a long name", "m".repeat(129), configMap("a", {}), 422],
    ["no object", "me", [], 400],
  ])("refuses %s", async (_, manager, body, status) => {
    const server = await TestApi.open();
    await server.send("POST", maps, configMap("a", { x: "1" }));
    expect((await apply(server, `${maps}/a`, body, manager)).status).toBe(status);
  });

  it("is refused for patches of other types with force", async () => {
    const server = await TestApi.open();
    await server.send("POST", maps, configMap("a", {}));
    const reply = await server.send("PATCH", `${maps}/a?force=true`, {}, "application/merge-patch+json");
    expect(reply.body.message).toContain("force: Forbidden: may not be specified for non-apply patch");
  });

  it("treats __proto__ and constructor as keys like any other", async () => {
    const server = await TestApi.open();
    const text =
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"__proto__":"1","constructor":"2"}}';
    const reply = await apply(server, `${maps}/a`, JSON.parse(text), "me");
    expect(Object.keys(reply.body.data)).toEqual(["__proto__", "constructor"]);
    expect(Object.keys(fieldsOf(reply.body, "me")["f:data"])).toEqual(["f:__proto__", "f:constructor"]);
    expect(Object.keys((await apply(server, `${maps}/a`, configMap("a", undefined), "me")).body)).not.toContain("data");
  });
});
