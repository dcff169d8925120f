import { describe, expect, it } from "vitest";
import { type Loose, TestApi } from "./testing/test-api.ts";

const pods = "/api/v1/namespaces/default/pods";
const deployments = "/apis/apps/v1/namespaces/default/deployments";
const budgets = "/apis/policy/v1/namespaces/default/poddisruptionbudgets";
const mergeType = "application/merge-patch+json";

function pod(name: string, labels: Record<string, string> = {}) {
  return { metadata: { name, labels }, spec: { nodeName: "b1", containers: [{ name: "main", image: "hello" }] } };
}

async function withDeployment(replicas = 2): Promise<TestApi> {
  const server = await TestApi.open();
  const labels = { app: "web" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "main", image: "hello" }] } };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  expect((await server.send("POST", deployments, { metadata: { name: "web" }, spec })).status).toBe(201);
  return server;
}

describe("a status", () => {
  it("is written with labels and annotations, and without anything else of the object", async () => {
    const server = await withDeployment();
    const patch = {
      metadata: { annotations: { patchedstatus: "true" }, labels: { seen: "1" } },
      spec: { replicas: 9 },
      status: { replicas: 1 },
    };
    const { body } = await server.send("PATCH", `${deployments}/web/status`, patch, mergeType);
    expect(body).toMatchObject({
      metadata: { annotations: { patchedstatus: "true" }, labels: { seen: "1" }, generation: 1 },
      spec: { replicas: 2 },
      status: { replicas: 1 },
    });
    expect((await server.get(`${deployments}/web/status`)).body).toEqual(body);
  });
});

describe("a scale", () => {
  it("shows how many there are and shall be", async () => {
    const server = await withDeployment();
    await server.send("PATCH", `${deployments}/web/status`, { status: { replicas: 1 } }, mergeType);
    const { metadata } = (await server.get(`${deployments}/web`)).body;
    expect((await server.get(`${deployments}/web/scale`)).body).toEqual({
      apiVersion: "autoscaling/v1",
      kind: "Scale",
      metadata: {
        name: "web",
        namespace: "default",
        uid: metadata.uid,
        resourceVersion: metadata.resourceVersion,
        creationTimestamp: metadata.creationTimestamp,
      },
      spec: { replicas: 2 },
      status: { replicas: 1, selector: "app=web" },
    });
  });

  it.each([
    ["a merge patch", mergeType, { spec: { replicas: 3 } }],
    ["a strategic merge patch", "application/strategic-merge-patch+json", { spec: { replicas: 3 } }],
    ["a JSON patch", "application/json-patch+json", [{ op: "replace", path: "/spec/replicas", value: 3 }]],
    [
      "a server-side apply",
      "application/apply-patch+yaml",
      { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "web" }, spec: { replicas: 3 } },
    ],
  ])("is changed by %s", async (_, type, patch) => {
    const server = await withDeployment();
    const query = "fieldManager=scaler&".concat(type.includes("apply") ? "force=true" : "");
    const reply = await server.send("PATCH", `${deployments}/web/scale?${query}`, patch, type);
    expect(reply).toMatchObject({ status: 200, body: { kind: "Scale", spec: { replicas: 3 } } });
    const { metadata, spec } = (await server.get(`${deployments}/web`)).body;
    expect([spec.replicas, metadata.generation]).toEqual([3, 2]);
    const entry = metadata.managedFields.find(({ manager }: Loose) => manager === "scaler");
    expect(entry).toMatchObject({ subresource: "scale", apiVersion: "apps/v1" });
    expect(entry.fieldsV1).toEqual({ "f:spec": { "f:replicas": {} } });
  });

  it("is replaced, with or without the version that it was read at", async () => {
    const server = await withDeployment();
    const { body } = await server.get(`${deployments}/web/scale`);
    const wish = (replicas: number, metadata: object) => ({ ...body, metadata, spec: { replicas } });
    expect((await server.send("PUT", `${deployments}/web/scale`, wish(4, body.metadata))).body.spec.replicas).toBe(4);
    expect((await server.send("PUT", `${deployments}/web/scale`, wish(5, body.metadata))).status).toBe(409);
    expect((await server.send("PUT", `${deployments}/web/scale`, wish(5, { name: "web" }))).status).toBe(200);
    expect((await server.send("PUT", `${deployments}/web/scale`, wish(5, { name: "other" }))).status).toBe(400);
    expect((await server.send("PUT", `${deployments}/web/scale`, wish(-1, { name: "web" }))).status).toBe(422);
    expect((await server.send("PUT", `${deployments}/none/scale`, wish(1, { name: "none" }))).status).toBe(404);
    expect((await server.get(`${pods}/p/scale`)).status).toBe(404);
  });

  it("is refused to an applier where others set it", async () => {
    const server = await withDeployment();
    const body = { apiVersion: "autoscaling/v1", kind: "Scale", spec: { replicas: 7 } };
    const target = `${deployments}/web/scale?fieldManager=scaler`;
    const reply = await server.send("PATCH", target, body, "application/apply-patch+yaml");
    expect(reply).toMatchObject({ status: 409, body: { details: { causes: [{ field: ".spec.replicas" }] } } });
  });
});

describe("an eviction", () => {
  const labels = { app: "db" };
  const eviction = (name: string, rest: object = {}) => ({ metadata: { name, namespace: "default" }, ...rest });

  async function withBudget(status: object, spec: object = {}): Promise<TestApi> {
    const server = await TestApi.open();
    await server.send("POST", pods, pod("p", labels));
    const running = { status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } };
    await server.send("PATCH", `${pods}/p/status`, running, mergeType);
    const body = { metadata: { name: "b" }, spec: { selector: { matchLabels: labels }, minAvailable: 1, ...spec } };
    await server.send("POST", budgets, body);
    await server.send("PATCH", `${budgets}/b/status`, { status: { observedGeneration: 1, ...status } }, mergeType);
    return server;
  }

  it("is charged to the pod's budget in the same write, and refused when that is used up", async () => {
    const server = await withBudget({ disruptionsAllowed: 1, currentHealthy: 2, desiredHealthy: 1 });
    await server.send("POST", pods, pod("q", labels));
    const before = server.store.transactions;
    const reply = await server.send("POST", `${pods}/p/eviction`, eviction("p"));
    expect(reply).toMatchObject({ status: 201, body: { kind: "Status", status: "Success" } });
    expect(server.store.transactions).toBe(before + 1);
    expect((await server.get(`${pods}/p`)).body.metadata.deletionTimestamp).toBeDefined();
    expect((await server.get(`${budgets}/b`)).body.status).toMatchObject({
      disruptionsAllowed: 0,
      disruptedPods: { p: "2023-11-14T22:13:20Z" },
      conditions: [{ type: "DisruptionAllowed", status: "False", reason: "InsufficientPods" }],
    });
    const ready = { status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }] } };
    await server.send("PATCH", `${pods}/q/status`, ready, mergeType);
    expect(await server.send("POST", `${pods}/q/eviction`, eviction("q"))).toMatchObject({
      status: 429,
      body: {
        reason: "TooManyRequests",
        message: "Cannot evict pod as it would violate the pod's disruption budget.",
        details: {
          causes: [
            {
              reason: "DisruptionBudget",
              message: "The disruption budget b needs 1 healthy pods and has 2 currently",
            },
          ],
        },
      },
    });
  });

  it.each([
    ["a budget that is not yet counted", { observedGeneration: 0, disruptionsAllowed: 5 }, {}, 429],
    ["a budget without room", { disruptionsAllowed: 0 }, {}, 429],
    ["room", { disruptionsAllowed: 1 }, {}, 201],
    ["a budget of other pods", { disruptionsAllowed: 0 }, { selector: { matchLabels: { app: "x" } } }, 201],
    ["a budget of all pods", { disruptionsAllowed: 0 }, { selector: {} }, 429],
  ])("with %s", async (_, status, spec, code) => {
    const server = await withBudget(status, spec);
    expect((await server.send("POST", `${pods}/p/eviction`, eviction("p"))).status).toBe(code);
  });

  it("of a pod that is not ready asks whether enough others are", async () => {
    const server = await withBudget({ disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1 });
    const unready = { status: { conditions: [{ type: "Ready", status: "False" }] } };
    await server.send("PATCH", `${pods}/p/status`, unready, mergeType);
    expect((await server.send("POST", `${pods}/p/eviction`, eviction("p"))).status).toBe(201);
    const strict = await withBudget({ disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 1 });
    await strict.send("PATCH", `${pods}/p/status`, unready, mergeType);
    expect((await strict.send("POST", `${pods}/p/eviction`, eviction("p"))).status).toBe(429);
    const lenient = { spec: { unhealthyPodEvictionPolicy: "AlwaysAllow" } };
    await strict.send("PATCH", `${budgets}/b`, lenient, mergeType);
    expect((await strict.send("POST", `${pods}/p/eviction`, eviction("p"))).status).toBe(201);
  });

  it("names no two budgets, and is known under its old version", async () => {
    const server = await withBudget({ disruptionsAllowed: 1 });
    await server.send("POST", budgets, { metadata: { name: "c" }, spec: { selector: {}, minAvailable: 1 } });
    expect((await server.send("POST", `${pods}/p/eviction`, eviction("p"))).status).toBe(500);
    await server.send("DELETE", `${budgets}/c`);
    const old = eviction("p", { apiVersion: "policy/v1beta1", kind: "Eviction" });
    expect((await server.send("POST", `${pods}/p/eviction`, old)).status).toBe(201);
  });

  it("takes the options of a deletion", async () => {
    const server = await withBudget({ disruptionsAllowed: 3 });
    const dry = eviction("p", { deleteOptions: { dryRun: ["All"] } });
    const before = server.store.transactions;
    expect((await server.send("POST", `${pods}/p/eviction`, dry)).status).toBe(201);
    expect(server.store.transactions).toBe(before);
    const other = eviction("p", { deleteOptions: { preconditions: { uid: "other" } } });
    expect((await server.send("POST", `${pods}/p/eviction`, other)).status).toBe(409);
    expect((await server.send("POST", `${pods}/p/eviction`, eviction("q"))).status).toBe(400);
    expect((await server.send("POST", `${pods}/none/eviction`, eviction("none"))).status).toBe(404);
    const patient = eviction("p", { deleteOptions: { gracePeriodSeconds: 7 } });
    await server.send("POST", `${pods}/p/eviction`, patient);
    expect((await server.get(`${pods}/p`)).body.metadata.deletionGracePeriodSeconds).toBe(7);
  });
});

describe("ephemeral containers", () => {
  const debug = { name: "debug", image: "tools" };

  it("are added to a pod that is there, in their own place alone, and then stay", async () => {
    const server = await TestApi.open();
    await server.send("POST", pods, pod("p"));
    const add = { spec: { ephemeralContainers: [debug] } };
    const strategic = "application/strategic-merge-patch+json";
    expect((await server.send("PATCH", `${pods}/p`, add, strategic)).status).toBe(422);
    const { body } = await server.send("PATCH", `${pods}/p/ephemeralcontainers`, add, strategic);
    expect(body.spec).toMatchObject({ ephemeralContainers: [debug], containers: [{ name: "main" }] });
    expect((await server.get(`${pods}/p/ephemeralcontainers`)).body).toEqual(body);
    const change = { spec: { ephemeralContainers: [{ ...debug, image: "other" }] } };
    expect((await server.send("PATCH", `${pods}/p/ephemeralcontainers`, change, strategic)).status).toBe(422);
    const none = { ...body, spec: { ...body.spec, ephemeralContainers: [] } };
    expect((await server.send("PUT", `${pods}/p/ephemeralcontainers`, none)).status).toBe(422);
    const labelled = await server.send("PATCH", `${pods}/p`, { metadata: { labels: { a: "b" } } }, mergeType);
    expect(labelled.status).toBe(200);
  });

  it("are none of a new pod's", async () => {
    const server = await TestApi.open();
    const { spec, ...rest } = pod("p");
    const reply = await server.send("POST", pods, { ...rest, spec: { ...spec, ephemeralContainers: [debug] } });
    expect(reply.body.message).toContain("spec.ephemeralContainers: Forbidden: cannot be set on create");
  });
});

describe("the approval of a certificate request", () => {
  const requests = "/apis/certificates.k8s.io/v1/certificatesigningrequests";
  const pem = "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n";
  const spec = {
    request: Buffer.from(pem).toString("base64"),
    signerName: "example.com/signer",
    usages: ["client auth"],
  };
  const approved = { type: "Approved", status: "True", reason: "Seen" };

  it("decides, and leaves to the status what came of it", async () => {
    const server = await TestApi.open();
    const { body, status } = await server.send("POST", requests, { metadata: { name: "r" }, spec });
    expect(status).toBe(201);
    const byStatus = { ...body, status: { conditions: [approved], certificate: "TUlJQg==" } };
    const reported = await server.send("PUT", `${requests}/r/status`, byStatus);
    expect(reported.body.status).toEqual({ certificate: "TUlJQg==", conditions: [] });
    const decision = { ...reported.body, status: { conditions: [approved] } };
    const decided = await server.send("PUT", `${requests}/r/approval`, decision);
    expect(decided.body.status).toMatchObject({ certificate: "TUlJQg==", conditions: [{ type: "Approved" }] });
    expect((await server.get(`${requests}/r/approval`)).body).toEqual(decided.body);
    const undone = { status: { conditions: [] } };
    expect((await server.send("PATCH", `${requests}/r/approval`, undone, mergeType)).status).toBe(422);
    const later = await server.send("PATCH", `${requests}/r/status`, undone, mergeType);
    expect(later.body.status.conditions).toMatchObject([{ type: "Approved" }]);
  });
});
