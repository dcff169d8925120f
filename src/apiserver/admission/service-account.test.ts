import { beforeEach, describe, expect, it } from "vitest";
import { type Loose, TestApi } from "../testing/test-api.ts";

const pods = "/api/v1/namespaces/default/pods";
const pod = (spec: object = {}) => ({
  metadata: { name: "web" },
  spec: { containers: [{ name: "c", image: "busybox:1" }], ...spec },
});
const tokenPath = "/var/run/secrets/kubernetes.io/serviceaccount";

let test: TestApi;
beforeEach(async () => {
  test = await TestApi.open();
});

describe("a pod's service account", () => {
  it("is the namespace's default one, with a token, the fleet's certificate and the namespace beside it", async () => {
    const { body } = await test.send("POST", pods, pod({ initContainers: [{ name: "i", image: "busybox:1" }] }));
    expect(body.spec).toMatchObject({ serviceAccountName: "default", serviceAccount: "default" });
    const [volume] = body.spec.volumes;
    expect(volume.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/);
    expect(volume.projected).toEqual({
      defaultMode: 420,
      sources: [
        { serviceAccountToken: { expirationSeconds: 3607, path: "token" } },
        { configMap: { name: "kube-root-ca.crt", items: [{ key: "ca.crt", path: "ca.crt" }] } },
        {
          downwardAPI: {
            items: [{ path: "namespace", fieldRef: { apiVersion: "v1", fieldPath: "metadata.namespace" } }],
          },
        },
      ],
    });
    for (const container of [...body.spec.containers, ...body.spec.initContainers]) {
      expect(container.volumeMounts).toEqual([{ name: volume.name, readOnly: true, mountPath: tokenPath }]);
    }
  });

  it("is there as soon as its namespace is", async () => {
    await test.send("POST", "/api/v1/namespaces", { metadata: { name: "farm" } });
    expect(await test.get("/api/v1/namespaces/farm/serviceaccounts/default")).toMatchObject({ status: 200 });
    expect(await test.send("POST", "/api/v1/namespaces/farm/pods", pod())).toMatchObject({ status: 201 });
  });

  it("must exist", async () => {
    const { status, body } = await test.send("POST", pods, pod({ serviceAccountName: "robot" }));
    expect(status).toBe(403);
    expect(body.message).toBe(
      'pods "web" is forbidden: error looking up service account default/robot: serviceaccount "robot" not found',
    );
  });

  it.each([
    ["the pod declines it", {}, { automountServiceAccountToken: false }, false],
    ["the account declines it", { automountServiceAccountToken: false }, {}, false],
    ["the pod insists", { automountServiceAccountToken: false }, { automountServiceAccountToken: true }, true],
  ])("gives a token or none where %s", async (_, account, spec, hasToken) => {
    await test.send("POST", "/api/v1/namespaces/default/serviceaccounts", { metadata: { name: "robot" }, ...account });
    const { body } = await test.send("POST", pods, pod({ serviceAccountName: "robot", ...spec }));
    expect(body.spec.volumes !== undefined).toBe(hasToken);
  });

  it("leaves a container that mounts something else in the token's place", async () => {
    const own = { name: "own", emptyDir: {} };
    const mount = { name: "own", mountPath: `${tokenPath}/` };
    const containers = [{ name: "c", image: "busybox:1", volumeMounts: [mount] }];
    const { body } = await test.send("POST", pods, pod({ containers, volumes: [own] }));
    expect(body.spec.volumes).toEqual([own]);
  });

  it("lends its image secrets to pods that name none", async () => {
    const imagePullSecrets = [{ name: "registry" }];
    await test.send("POST", "/api/v1/namespaces/default/serviceaccounts", {
      metadata: { name: "robot" },
      imagePullSecrets,
    });
    const named = (name: string, spec: object): Loose => ({
      ...pod({ serviceAccountName: "robot", ...spec }),
      metadata: { name },
    });
    expect((await test.send("POST", pods, named("a", {}))).body.spec.imagePullSecrets).toEqual(imagePullSecrets);
    const own = [{ name: "own" }];
    expect((await test.send("POST", pods, named("b", { imagePullSecrets: own }))).body.spec.imagePullSecrets).toEqual(
      own,
    );
  });
});
