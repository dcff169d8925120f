import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Node } from "../../api/kinds/node.ts";
import type { PersistentVolume } from "../../api/kinds/persistent-volume.ts";
import type { Pod } from "../../api/kinds/pod.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import { makeClaim, makeNode, makePod, makeVolume, readyConditions } from "../../client/testing/objects.ts";
import { planChange, planSlice, type Slice, type World } from "./plan.ts";

interface Content {
  readonly nodes?: readonly Node[];
  readonly pods?: readonly Pod[];
  readonly referenced?: Readonly<Record<string, ApiObject>>;
  readonly volumes?: readonly PersistentVolume[];
}

function worldOf({ nodes = [], pods = [], referenced = {}, volumes = [] }: Content): World {
  return {
    nodes: () => nodes,
    podsOn: (board) => pods.filter((pod) => pod.spec.nodeName === board),
    referenced: (kind, namespace, name) => referenced[`${kind} ${namespace}/${name}`],
    volume: (name) => volumes.find((volume) => volume.metadata.name === name),
    volumesOn: (board) => volumes.filter((volume) => volume.metadata.labels?.["bramble.io/board"] === board),
    voters: () => [{ node: "b1", address: "10.99.0.1:8883" }],
  };
}

const keys = (slice: Slice) => Array.from(slice.keys()).sort();
const versionOf = (content: Content, key: string) =>
  planSlice("b1", worldOf(content)).get(key)?.metadata.resourceVersion;
const named = (kind: string, name: string): ApiObject => ({
  apiVersion: "v1",
  kind,
  metadata: { name, namespace: "default", resourceVersion: "7" },
});

describe("planSlice", () => {
  const user = makePod("user", {
    spec: {
      nodeName: "b1",
      imagePullSecrets: [{ name: "pull" }],
      containers: [
        {
          name: "c",
          image: "i",
          envFrom: [{ configMapRef: { name: "settings" } }],
          env: [{ name: "KEY", valueFrom: { secretKeyRef: { name: "keys", key: "k" } } }],
        },
      ],
      volumes: [
        { name: "a", projected: { sources: [{ configMap: { name: "files" } }, { secret: { name: "certs" } }] } },
        { name: "b", persistentVolumeClaim: { claimName: "data" } },
        { name: "c", configMap: { name: "absent", optional: true } },
      ],
    },
  });
  const referenced = {
    "Secret default/pull": named("Secret", "pull"),
    "Secret default/keys": named("Secret", "keys"),
    "Secret default/certs": named("Secret", "certs"),
    "Secret default/unused": named("Secret", "unused"),
    "ConfigMap default/settings": named("ConfigMap", "settings"),
    "ConfigMap default/files": named("ConfigMap", "files"),
    "PersistentVolumeClaim default/data": makeClaim("data", { spec: { volumeName: "disk" } }),
  };
  const volumes = [
    makeVolume("disk"),
    makeVolume("left", { metadata: { labels: { "bramble.io/board": "b1" } } }),
    makeVolume("other", { metadata: { labels: { "bramble.io/board": "b2" } } }),
  ];

  it("holds the board's pods with all they name, its volumes, and every board", () => {
    const slice = planSlice(
      "b1",
      worldOf({
        nodes: [makeNode("b1"), makeNode("b2")],
        pods: [user, makePod("elsewhere", { spec: { nodeName: "b2" } })],
        referenced,
        volumes,
      }),
    );
    expect(keys(slice)).toEqual(
      [
        "ConfigMap default/files",
        "ConfigMap default/settings",
        "Fleet /fleet",
        "Node /b1",
        "Node /b2",
        "PersistentVolume /disk",
        "PersistentVolume /left",
        "PersistentVolumeClaim default/data",
        "Pod default/user",
        "Secret default/certs",
        "Secret default/keys",
        "Secret default/pull",
      ].sort(),
    );
  });

  it("shows of other boards only what the mesh needs, under a version that nothing else changes", () => {
    const annotations = { "bramble.io/wireguard-public-key": "K", "example.com/note": "private" };
    const peer = (status: Record<string, unknown>) =>
      makeNode("b2", {
        metadata: { annotations },
        spec: { podCIDR: "10.42.2.0/24" },
        status: { addresses: [{ type: "InternalIP", address: "10.99.0.2" }], ...status },
      });
    const slice = planSlice("b1", worldOf({ nodes: [peer({})] }));
    expect(slice.get("Node /b2")).toEqual({
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name: "b2",
        annotations: { "bramble.io/wireguard-public-key": "K" },
        resourceVersion: expect.any(String),
      },
      spec: { podCIDR: "10.42.2.0/24" },
      status: { addresses: [{ type: "InternalIP", address: "10.99.0.2" }] },
    });
    const calm = versionOf({ nodes: [peer({})] }, "Node /b2");
    expect(versionOf({ nodes: [peer({ conditions: [{ type: "Ready", status: "Unknown" }] })] }, "Node /b2")).toBe(calm);
    expect(
      versionOf({ nodes: [peer({ addresses: [{ type: "InternalIP", address: "10.99.0.9" }] })] }, "Node /b2"),
    ).not.toBe(calm);
  });

  it("does not send a board its own word about a pod, but sends what others said", () => {
    const pod = (extra: Parameters<typeof makePod>[1]) =>
      makePod("p", { ...extra, spec: { nodeName: "b1", ...extra?.spec } });
    const version = (extra: Parameters<typeof makePod>[1]) => versionOf({ pods: [pod(extra)] }, "Pod default/p");
    const calm = version({});
    expect(
      version({ metadata: { resourceVersion: "9" }, status: { phase: "Running", conditions: [...readyConditions] } }),
    ).toBe(calm);
    expect(version({ status: { phase: "Succeeded" } })).not.toBe(calm);
    expect(version({ metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } })).not.toBe(calm);
    expect(version({ metadata: { labels: { a: "b" } } })).not.toBe(calm);
  });

  it("hides that a volume is to be deleted while its claim still uses it", () => {
    const going = (phase: string) =>
      makeVolume("v", {
        metadata: { labels: { "bramble.io/board": "b1" }, deletionTimestamp: "2026-01-01T00:00:00Z" },
        status: { phase },
      });
    const shown = (phase: string) =>
      planSlice("b1", worldOf({ volumes: [going(phase)] })).get("PersistentVolume /v")?.metadata["deletionTimestamp"];
    expect([shown("Bound"), shown("Released")]).toEqual([undefined, "2026-01-01T00:00:00Z"]);
  });
});

describe("planChange", () => {
  it("turns any slice into any other, and finds nothing more to do", () => {
    const slice = fc
      .dictionary(fc.constantFrom("a", "b", "c", "d", "e"), fc.constantFrom("1", "2", "3"))
      .map(
        (versions): Slice =>
          new Map(
            Object.entries(versions).map(([name, resourceVersion]) => [
              `Pod /${name}`,
              { apiVersion: "v1", kind: "Pod", metadata: { name, resourceVersion } },
            ]),
          ),
      );
    const versions = (of: Slice) => new Map(Array.from(of, ([key, object]) => [key, object.metadata.resourceVersion]));
    fc.assert(
      fc.property(slice, slice, (from, to) => {
        const change = planChange(versions(from), to);
        const held = new Map(from);
        for (const key of change?.removes ?? []) held.delete(key);
        for (const object of change?.upserts ?? []) held.set(`Pod /${object.metadata.name}`, object);
        expect(versions(held)).toEqual(versions(to));
        expect(planChange(versions(held), to)).toBeUndefined();
      }),
    );
  });
});
