import { describe, expect, it } from "vitest";
import { podSchema } from "../../api/kinds/pod.ts";
import { podObject } from "../testing/test-board.ts";
import { containerSpec } from "./container-spec.ts";
import { fieldValue, resourceValue } from "./downward.ts";
import { expand } from "./expand.ts";
import { observePod } from "./observed-pod.ts";
import { freeAddress } from "./pod-address.ts";
import { hostsFile, resolvConf } from "./pod-files.ts";

const aPod = (spec: object = {}, metadata: object = {}) => podSchema.parse(podObject("web", spec, metadata));

describe("expand", () => {
  const variables = new Map([
    ["A", "1"],
    ["B", "$(A)"],
  ]);
  it.each([
    ["$(A)", "1"],
    ["x$(A)$(A)y", "x11y"],
    ["$(B)", "$(A)"],
    ["$$(A)", "$(A)"],
    ["$$$(A)", "$1"],
    ["$(NONE) $A $", "$(NONE) $A $"],
    ["$(A", "$(A"],
  ])("%s becomes %s", (text, expected) => expect(expand(text, variables)).toBe(expected));
});

describe("the downward fields", () => {
  const place = { hostAddress: "10.99.0.1", podAddress: "10.42.1.2", allocatable: { memory: "1Gi" } };
  const pod = aPod({}, { labels: { app: "web", __proto__x: "y" }, annotations: { note: 'say "hi"' } });
  it.each([
    ["metadata.labels['app']", "web"],
    ["metadata.labels['constructor']", ""],
    ["metadata.annotations", 'note="say \\"hi\\""'],
    ["status.podIP", "10.42.1.2"],
    ["spec.nodeName", "b1"],
    ["spec.containers", undefined],
  ])("%s is %s", (path, expected) => expect(fieldValue(pod, place, path)).toBe(expected));

  it("rounds resources up to the divisor, and falls back on what the board has", () => {
    const [container] = aPod({ containers: [{ name: "main", resources: { limits: { cpu: "1500m" } } }] }).spec
      .containers;
    if (container === undefined) throw new Error("the pod has no container");
    expect(resourceValue(container, place, "limits.cpu", "0")).toBe("2");
    expect(resourceValue(container, place, "limits.cpu", "1m")).toBe("1500");
    expect(resourceValue(container, place, "limits.memory", "1Mi")).toBe("1024");
    expect(resourceValue(container, place, "cpu", "1")).toBeUndefined();
  });
});

describe("freeAddress", () => {
  it("takes the lowest from .2 up, and never the broadcast address", () => {
    expect(freeAddress("10.42.1.0/24", new Set())).toBe("10.42.1.2");
    expect(freeAddress("10.42.1.0/24", new Set(["10.42.1.2", "10.42.1.4"]))).toBe("10.42.1.3");
    expect(freeAddress("10.42.1.0/30", new Set(["10.42.1.2"]))).toBeUndefined();
    expect(freeAddress("nonsense", new Set())).toBeUndefined();
  });
});

describe("a pod's files", () => {
  const resolution = {
    clusterDns: "10.43.0.10",
    clusterDomain: "cluster.local",
    boardResolvConf: "# mine\nnameserver 192.0.2.1\nsearch farm.example\noptions ndots:2 rotate\n",
  };

  it("names the pod in its subdomain", () => {
    const pod = aPod({ hostname: "db-0", subdomain: "db" });
    expect(hostsFile(pod, "10.42.1.2", "cluster.local")).toContain(
      "10.42.1.2\tdb-0.db.default.svc.cluster.local\tdb-0\n",
    );
  });

  it.each([
    [
      "ClusterFirst",
      {},
      "nameserver 10.43.0.10\nsearch default.svc.cluster.local svc.cluster.local cluster.local farm.example\noptions ndots:5\n",
    ],
    ["Default", {}, "nameserver 192.0.2.1\nsearch farm.example\noptions ndots:2 rotate\n"],
    [
      "None",
      { nameservers: ["192.0.2.9"], options: [{ name: "ndots", value: "1" }] },
      "nameserver 192.0.2.9\noptions ndots:1\n",
    ],
    [
      "Default",
      { options: [{ name: "ndots", value: "4" }] },
      "nameserver 192.0.2.1\nsearch farm.example\noptions ndots:4 rotate\n",
    ],
  ])("resolves names by policy %s with %j", (dnsPolicy, dnsConfig, expected) => {
    expect(resolvConf(aPod({ dnsPolicy, dnsConfig }), resolution)).toBe(expected);
  });

  it("asks the board's resolver while nobody answers the fleet's names", () => {
    expect(resolvConf(aPod(), { ...resolution, clusterDns: undefined })).toContain("nameserver 192.0.2.1\n");
  });
});

describe("containerSpec", () => {
  const specOf = (container: object, pod: object = {}, imageUser = "") => {
    const parsed = aPod({ containers: [{ name: "main", image: "i", ...container }], ...pod });
    const [first] = parsed.spec.containers;
    const [sandbox] = observePod("u", [
      {
        id: "s",
        labels: { "bramble.io/role": "sandbox" },
        state: "running",
        pid: 1,
        exitCode: 0,
        outOfMemory: false,
        error: "",
        imageId: "",
        createdAtMs: 0,
        startedAtMs: 0,
        finishedAtMs: undefined,
      },
    ]).sandboxes;
    if (first === undefined || sandbox === undefined) throw new Error("the pod is incomplete");
    const start = { container: first, role: "app", sandbox, attempt: 0, backoffLevel: 0 } as const;
    return containerSpec(parsed, start, new Map([["A", "1"]]), [], imageUser);
  };

  it("turns requests and limits into what the engine enforces", () => {
    const resources = { requests: { cpu: "250m" }, limits: { cpu: "500m", memory: "64Mi" } };
    expect(specOf({ resources }).resources).toEqual({ cpuShares: 256, nanoCpus: 500_000_000, memoryBytes: 67_108_864 });
    expect(specOf({}).resources).toEqual({ cpuShares: 2 });
  });

  it("expands variables in command and arguments, and leaves the image's own where none are given", () => {
    expect(specOf({ command: ["run", "$(A)"], args: [] })).toMatchObject({ command: ["run", "1"], args: undefined });
  });

  it("joins the sandbox's namespaces, or the board's", () => {
    expect(specOf({})).toMatchObject({ network: { sandbox: "s" }, ipc: { sandbox: "s" }, pid: "own" });
    const shared = { hostNetwork: true, hostIPC: true, shareProcessNamespace: true };
    expect(specOf({}, shared)).toMatchObject({ network: "host", ipc: "host", pid: { sandbox: "s" } });
  });

  it("refuses root where the pod must not be root, wherever the user comes from", () => {
    const securityContext = { runAsNonRoot: true };
    expect(() => specOf({ securityContext })).toThrow(/its image runs as root/);
    expect(() => specOf({ securityContext: { ...securityContext, runAsUser: 0 } })).toThrow(/runAsUser is 0/);
    expect(specOf({ securityContext }, {}, "1000").user).toBeUndefined();
    expect(specOf({ securityContext: { runAsGroup: 5 } }, {}, "app:app").user).toBe("app:5");
  });
});
