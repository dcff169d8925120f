import { beforeEach, describe, expect, it } from "vitest";
import { administrator, TestApi } from "../testing/test-api.ts";

const prefix = "pod-security.kubernetes.io/";
const pods = "/api/v1/namespaces/farm/pods";

let test: TestApi;
beforeEach(async () => {
  test = await TestApi.open();
});

const farm = (labels: Record<string, string>) =>
  test.send("POST", "/api/v1/namespaces", {
    metadata: {
      name: "farm",
      labels: Object.fromEntries(Object.entries(labels).map(([key, value]) => [prefix + key, value])),
    },
  });
const pod = (spec: object = {}, context: object = {}) => ({
  metadata: { name: "web" },
  spec: { containers: [{ name: "c", image: "busybox:1", securityContext: context }], ...spec },
});
const create = (path: string, body: object) => test.api.request({ method: "POST", path, body }, administrator);
const volumes = (hostPath: string) => ({ volumes: [{ name: "v", hostPath: { path: hostPath } }] });

describe("a namespace's Pod Security level", () => {
  it.each([
    ["hostPath", pod(volumes("/etc")), 'restricted volume type "hostPath"'],
    ["docker.sock", pod(volumes("/var/run/docker.sock")), 'restricted volume type "hostPath"'],
    ["privileged", pod({}, { privileged: true }), "securityContext.privileged=true"],
    ["hostPID", pod({ hostPID: true }), "hostPID=true"],
    ["SYS_ADMIN", pod({}, { capabilities: { add: ["SYS_ADMIN"] } }), '"SYS_ADMIN"'],
    ["unconfined seccomp", pod({}, { seccompProfile: { type: "Unconfined" } }), '"Unconfined"'],
  ])("hostile inputs 29 and 30: %s is refused under the restricted level", async (_, body, words) => {
    await farm({ enforce: "restricted" });
    const refused = await test.send("POST", pods, body);
    expect(refused.status).toBe(403);
    expect(refused.body.message).toMatch(/^pods "web" is forbidden: violates PodSecurity "restricted:latest": /);
    expect(refused.body.message).toContain(words);
  });

  it("lets pods in that keep to it, with the token volume that the server adds", async () => {
    await farm({ enforce: "restricted" });
    const spec = { securityContext: { runAsNonRoot: true, seccompProfile: { type: "RuntimeDefault" } } };
    const context = { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } };
    const { status, body } = await test.send("POST", pods, pod(spec, context));
    expect(status).toBe(201);
    expect(body.spec.volumes).toHaveLength(1);
  });

  it("warns of pods, and of workloads that would make such pods, which it lets in", async () => {
    await farm({ warn: "baseline", "warn-version": "v1.28" });
    const words =
      'would violate PodSecurity "baseline:v1.28": privileged (container "c" must not set securityContext.privileged=true)';
    expect(await create(pods, pod({}, { privileged: true }))).toMatchObject({ status: 201, warnings: [words] });
    const labels = { app: "web" };
    const template = { metadata: { labels }, spec: pod({}, { privileged: true }).spec };
    const daemonSet = { metadata: { name: "web" }, spec: { selector: { matchLabels: labels }, template } };
    const path = "/apis/apps/v1/namespaces/farm/daemonsets";
    expect(await create(path, daemonSet)).toMatchObject({ status: 201, warnings: [words] });
  });

  it("tells the audit log of what it would not let in", async () => {
    await farm({ audit: "baseline" });
    const reply = await create(pods, pod({ hostPID: true }));
    expect(reply).toMatchObject({
      status: 201,
      notes: {
        [`${prefix}enforce-policy`]: "privileged:latest",
        [`${prefix}audit-violations`]: 'would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)',
      },
    });
    expect(reply.warnings).toBeUndefined();
  });

  it("is asked at updates of what a pod wishes alone", async () => {
    await farm({});
    await test.send("POST", pods, pod({}, { privileged: true }));
    const labels = { metadata: { labels: { [`${prefix}enforce`]: "baseline" } } };
    const tightened = await test.api.request(
      { method: "PATCH", path: "/api/v1/namespaces/farm", body: labels, contentType: "application/merge-patch+json" },
      administrator,
    );
    expect(tightened).toMatchObject({
      status: 200,
      warnings: [
        'existing pods in namespace "farm" violate the new PodSecurity enforce level "baseline:latest"',
        "web: privileged",
      ],
    });
    const merge = "application/merge-patch+json";
    expect(await test.send("PATCH", `${pods}/web`, { metadata: { labels: { a: "b" } } }, merge)).toMatchObject({
      status: 200,
    });
    const image = [{ op: "replace", path: "/spec/containers/0/image", value: "busybox:2" }];
    expect(await test.send("PATCH", `${pods}/web`, image, "application/json-patch+json")).toMatchObject({
      status: 403,
    });
  });

  it.each([
    [{ enforce: "strict" }, "Unsupported value"],
    [{ warn: "baseline", "warn-version": "1.28" }, 'must be \\"latest\\" or \\"v1.x\\"'],
  ])("must be readable: %j", async (labels, words) => {
    const { status, body } = await farm(labels as Record<string, string>);
    expect(status).toBe(422);
    expect(JSON.stringify(body.message)).toContain(words);
  });
});

describe("pods that mean harm", () => {
  it.each(["../etc", "a/../../etc", "..", "/etc"])("hostile input 27: the subPath %s is refused", async (subPath) => {
    const volumeMounts = [{ name: "v", mountPath: "/v", subPath }];
    const containers = [{ name: "c", image: "busybox:1", volumeMounts }];
    const { status, body } = await test.send(
      "POST",
      "/api/v1/namespaces/default/pods",
      pod({ containers, volumes: [{ name: "v" }] }),
    );
    expect(status).toBe(422);
    expect(body.details.causes).toMatchObject([{ field: "spec.containers[0].volumeMounts[0].subPath" }]);
  });

  it.each(["../x", "..", "a/b", ""])("hostile input 31: the ConfigMap key %j is refused", async (key) => {
    const body = { metadata: { name: "c" }, data: { [key]: "" } };
    expect(await test.send("POST", "/api/v1/namespaces/default/configmaps", body)).toMatchObject({ status: 422 });
  });
});
