import { afterEach, describe, expect, it } from "vitest";
import { administrator, type Loose, TestApi } from "../../apiserver/testing/test-api.ts";
import { ApiClient } from "../../client/api-client.ts";
import { SharedInformers } from "../../client/shared-informers.ts";
import { silentLogger } from "../../lib/logger.ts";
import { seededRandom } from "../../lib/random.ts";
import { eventually } from "../../lib/testing/eventually.ts";
import { namespaceController } from "../namespace/reconcile.ts";
import { runControllers } from "../start-controllers.ts";
import { customResourceDefinitionController } from "./reconcile.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const own = `${definitions}/dogs.example.com`;
const dogs = "/apis/example.com/v1/namespaces/default/dogs";
const merge = "application/merge-patch+json";
const ending = new Set<AbortController>();

afterEach(() => {
  for (const end of ending) end.abort();
  ending.clear();
});

async function server(): Promise<TestApi> {
  const api = await TestApi.open();
  const client = new ApiClient(api.api.asTransport(administrator));
  const surroundings = { clock: api.clock, random: seededRandom(1), log: silentLogger };
  const context = { ...surroundings, client, informers: new SharedInformers(client, surroundings) };
  const end = new AbortController();
  ending.add(end);
  const controllers = [customResourceDefinitionController(context), namespaceController(context)];
  void runControllers(context, controllers, end.signal);
  return api;
}

const schema = {
  type: "object",
  required: ["spec"],
  properties: {
    spec: {
      type: "object",
      required: ["name"],
      properties: {
        name: { type: "string", pattern: "^[A-Z]" },
        legs: { type: "integer", default: 4, maximum: 4 },
        food: { type: "object", default: {}, properties: { kind: { type: "string", default: "bone" } } },
        notes: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
      },
    },
    status: { type: "object", properties: { mood: { type: "string" }, legs: { type: "integer" } } },
  },
};
const version = {
  name: "v1",
  served: true,
  storage: true,
  schema: { openAPIV3Schema: schema },
  subresources: { status: {}, scale: { specReplicasPath: ".spec.legs", statusReplicasPath: ".status.legs" } },
  additionalPrinterColumns: [
    { name: "Legs", type: "integer", jsonPath: ".spec.legs" },
    { name: "Mood", type: "string", jsonPath: ".status.mood", priority: 1 },
  ],
};

function definition(versions: readonly object[] = [version]) {
  const names = { plural: "dogs", kind: "Dog", shortNames: ["dg"] };
  return {
    metadata: { name: "dogs.example.com" },
    spec: { group: "example.com", scope: "Namespaced", names, versions },
  };
}

async function established(api: TestApi, body: object = definition()): Promise<void> {
  expect(await api.send("POST", definitions, body)).toMatchObject({ status: 201 });
  await eventually("the definition is established", async () => {
    api.clock.advance(1000);
    const { conditions } = (await api.get(own)).body.status;
    return conditions.some(({ type, status }: Loose) => type === "Established" && status === "True");
  });
}

const rex = { metadata: { name: "rex" }, spec: { name: "Rex", notes: { any: [1] }, wings: 2 } };

describe("custom kinds", () => {
  it("are served once their definition is established, pruned and defaulted", async () => {
    const api = await server();
    expect((await api.get(dogs)).status).toBe(404);
    await established(api);
    const created = await api.send("POST", dogs, rex);
    expect(created.body).toMatchObject({
      apiVersion: "example.com/v1",
      kind: "Dog",
      metadata: { name: "rex", generation: 1 },
      spec: { name: "Rex", legs: 4, food: { kind: "bone" }, notes: { any: [1] } },
    });
    expect(created.body.spec).not.toHaveProperty("wings");
    expect((await api.get(dogs)).body).toMatchObject({ kind: "DogList", items: [{ metadata: { name: "rex" } }] });
    const { resources } = (await api.get("/apis/example.com/v1")).body;
    expect(resources.map(({ name }: Loose) => name)).toEqual(["dogs", "dogs/status", "dogs/scale"]);
    expect((await api.get("/apis")).body.groups).toContainEqual(expect.objectContaining({ name: "example.com" }));
  });

  it("refuse what does not fit, in Kubernetes' words", async () => {
    const api = await server();
    await established(api);
    const wrong = await api.send("POST", dogs, { metadata: { name: "w" }, spec: { name: "w", legs: 5 } });
    expect(wrong.body.details.causes).toEqual([
      {
        reason: "FieldValueInvalid",
        field: "spec.name",
        message: `Invalid value: "w": spec.name in body should match '^[A-Z]'`,
      },
      {
        reason: "FieldValueInvalid",
        field: "spec.legs",
        message: "Invalid value: 5: spec.legs in body should be less than or equal to 4",
      },
    ]);
    const strict = await api.send("POST", `${dogs}?fieldValidation=Strict`, rex);
    expect(strict.body.message).toContain('strict decoding error: unknown field "spec.wings"');
    await api.send("POST", dogs, rex);
    const strategic = "application/strategic-merge-patch+json";
    expect((await api.send("PATCH", `${dogs}/rex`, {}, strategic)).status).toBe(415);
  });

  it("keep status and wish apart, and are scaled", async () => {
    const api = await server();
    await established(api);
    await api.send("POST", dogs, { ...rex, status: { mood: "early" } });
    const status = await api.send(
      "PATCH",
      `${dogs}/rex/status`,
      { status: { mood: "good", legs: 3 }, spec: { legs: 1 } },
      merge,
    );
    expect(status.body).toMatchObject({ spec: { legs: 4 }, status: { mood: "good" }, metadata: { generation: 1 } });
    const changed = await api.send("PATCH", `${dogs}/rex`, { spec: { legs: 3 }, status: { mood: "bad" } }, merge);
    expect(changed.body).toMatchObject({ spec: { legs: 3 }, status: { mood: "good" }, metadata: { generation: 2 } });
    expect((await api.get(`${dogs}/rex/scale`)).body).toMatchObject({ spec: { replicas: 3 }, status: { replicas: 3 } });
    await api.send("PATCH", `${dogs}/rex/scale`, { spec: { replicas: 2 } }, merge);
    expect((await api.get(`${dogs}/rex`)).body).toMatchObject({ spec: { legs: 2, name: "Rex" } });
  });

  it("may have several versions over one store", async () => {
    const api = await server();
    const older = { ...version, name: "v1beta1", storage: false, deprecated: true };
    await established(api, definition([version, older]));
    const beta = "/apis/example.com/v1beta1/namespaces/default/dogs";
    expect(await api.send("POST", beta, rex)).toMatchObject({
      body: { apiVersion: "example.com/v1beta1" },
      warnings: ["example.com/v1beta1 Dog is deprecated"],
    });
    expect((await api.get(`${dogs}/rex`)).body.apiVersion).toBe("example.com/v1");
    expect((await api.get(beta)).body.items).toMatchObject([{ apiVersion: "example.com/v1beta1" }]);
    const watch = api.watch(`${dogs}?resourceVersion=0`);
    expect(await watch.next()).toMatchObject({ object: { apiVersion: "example.com/v1" } });
    watch.end();
    const { versions } = (await api.get("/apis/example.com")).body;
    expect(versions.map((each: Loose) => each.version)).toEqual(["v1", "v1beta1"]);
  });

  it("follow their definition when it changes", async () => {
    const api = await server();
    await established(api);
    const properties = { ...schema.properties, extra: { type: "string" } };
    const versions = [{ ...version, schema: { openAPIV3Schema: { ...schema, properties } } }];
    await api.send("PATCH", own, { spec: { versions } }, merge);
    expect((await api.send("POST", dogs, { ...rex, extra: "kept" })).body.extra).toBe("kept");
  });

  it("go with their definition, their objects first", async () => {
    const api = await server();
    await established(api);
    await api.send("POST", dogs, { ...rex, metadata: { name: "rex", finalizers: ["example.com/hold"] } });
    expect((await api.send("DELETE", own)).status).toBe(200);
    await eventually("the object is being deleted", async () => {
      api.clock.advance(1000);
      return (await api.get(`${dogs}/rex`)).body.metadata.deletionTimestamp !== undefined;
    });
    expect((await api.get(own)).status).toBe(200);
    await api.send("PATCH", `${dogs}/rex`, { metadata: { finalizers: null } }, merge);
    await eventually("the definition is gone", async () => {
      api.clock.advance(1000);
      return (await api.get(own)).status === 404;
    });
    expect((await api.get(dogs)).status).toBe(404);
    await established(api);
    expect((await api.get(dogs)).body.items).toEqual([]);
  });

  it("go with their namespace", async () => {
    const api = await server();
    await established(api);
    await api.send("POST", "/api/v1/namespaces", { metadata: { name: "kennel" } });
    const there = dogs.replace("default", "kennel");
    await api.send("POST", there, rex);
    await api.send("DELETE", "/api/v1/namespaces/kennel");
    await eventually("the namespace is gone", async () => {
      api.clock.advance(1000);
      return (await api.get("/api/v1/namespaces/kennel")).status === 404;
    });
    expect((await api.get("/apis/example.com/v1/dogs")).body.items).toEqual([]);
  });
});
