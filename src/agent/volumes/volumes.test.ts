import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SliceObject } from "../../api/board-link.ts";
import { sliceKey } from "../../api/board-link.ts";
import { podSchema } from "../../api/kinds/pod.ts";
import { viewSlice } from "../slice/slice-view.ts";
import { podObject, TestMounts } from "../testing/test-board.ts";
import { prepareVolume } from "./prepare-volume.ts";

const place = { hostAddress: undefined, podAddress: undefined, allocatable: {} };

describe("a pod's volumes", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), "bramble-volumes-")));
    await mkdir(join(directory, "pod"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const mounts = new TestMounts();
  let granted: string | undefined;
  const prepare = async (volume: object, ...objects: SliceObject[]) => {
    const pod = podSchema.parse(podObject("web", { volumes: [{ name: "v", ...volume }] }));
    const [parsed] = pod.spec.volumes ?? [];
    if (parsed === undefined) throw new Error("the pod has no volume");
    const slice = viewSlice(new Map(objects.map((object) => [sliceKey(object), object])), "b1", () => {});
    const room = {
      mounts,
      tokens: { current: async () => granted },
      podVolumes: join(directory, "pod"),
      volumesDirectory: join(directory, "volumes"),
    };
    return prepareVolume(pod, parsed, slice, place, room);
  };
  const object = (kind: string, name: string, rest: object): SliceObject => ({
    apiVersion: "v1",
    kind,
    metadata: { name, namespace: kind === "PersistentVolume" ? undefined : "default", resourceVersion: "1" },
    ...rest,
  });

  it.each([
    ["a missing ConfigMap", { configMap: { name: "c" } }, [], /configmap "c" not found/],
    [
      "a missing key",
      { configMap: { name: "c", items: [{ key: "k", path: "p" }] } },
      [object("ConfigMap", "c", {})],
      /has no key k/,
    ],
    [
      "a key that climbs",
      { configMap: { name: "c" } },
      [object("ConfigMap", "c", { data: { "../x": "" } })],
      /"\.\.\/x" is not allowed/,
    ],
    [
      "a path that climbs",
      { secret: { secretName: "s", items: [{ key: "k", path: "a/../../x" }] } },
      [object("Secret", "s", { data: { k: "" } })],
      /not allowed/,
    ],
    [
      "an absolute path",
      { configMap: { name: "c", items: [{ key: "k", path: "/etc/x" }] } },
      [object("ConfigMap", "c", { data: { k: "" } })],
      /not allowed/,
    ],
    ["a relative hostPath", { hostPath: { path: "etc" } }, [], /must be absolute/],
    ["a hostPath that climbs", { hostPath: { path: "/tmp/../etc" } }, [], /without "\.\."/],
    ["a hostPath that is not there", { hostPath: { path: "/no/such", type: "Directory" } }, [], /does not exist/],
    ["a hostPath of another type", { hostPath: { path: "/dev/null", type: "Directory" } }, [], /is not a Directory/],
    ["a claim that nobody made", { persistentVolumeClaim: { claimName: "d" } }, [], /"d" not found/],
    [
      "an unbound claim",
      { persistentVolumeClaim: { claimName: "d" } },
      [object("PersistentVolumeClaim", "d", { spec: {} })],
      /not bound yet/,
    ],
    ["a network volume", { nfs: { server: "s", path: "/" } }, [], /not served on boards/],
  ])("refuses %s", async (_, volume, objects, message) => {
    await expect(prepare(volume, ...objects)).rejects.toThrow(message);
    await expect(prepare(volume, ...objects)).rejects.toMatchObject({ reason: "FailedMount" });
  });

  it("leaves out what is optional", async () => {
    await prepare({ configMap: { name: "c", optional: true } });
    await prepare({ projected: { sources: [{ secret: { name: "s", optional: true } }] } });
  });

  it("keeps secrets and memory volumes off the disk", async () => {
    mounts.memory.clear();
    const path = await prepare({ secret: { secretName: "s" } }, object("Secret", "s", { data: { k: "YQ==" } }));
    expect([...mounts.memory]).toEqual([path]);
    await prepare({ emptyDir: {} });
    expect(mounts.memory.size).toBe(1);
  });

  it("keeps tokens in memory, and does without where none can be had", async () => {
    mounts.memory.clear();
    const volume = { projected: { sources: [{ serviceAccountToken: { path: "token" } }] } };
    granted = undefined;
    const path = await prepare(volume);
    expect(await readdir(join(path, "..data"))).toEqual([]);
    granted = "a.b.c";
    await prepare(volume);
    expect(await readFile(join(path, "token"), "utf8")).toBe("a.b.c");
    expect([...mounts.memory]).toEqual([path]);
  });

  it("lets a container's user write into an empty directory", async () => {
    expect((await stat(await prepare({ emptyDir: {} }))).mode & 0o777).toBe(0o777);
  });

  it("never takes another volume's claim, nor a path outside for one of ours", async () => {
    const claim = object("PersistentVolumeClaim", "d", { spec: { volumeName: "pv" } });
    const volume = (path: string, name = "d") =>
      object("PersistentVolume", "pv", { spec: { local: { path }, claimRef: { namespace: "default", name } } });
    const wish = { persistentVolumeClaim: { claimName: "d" } };
    expect(await prepare(wish, claim, volume("pv"))).toBe(join(directory, "volumes/pv"));
    await expect(prepare(wish, claim, volume("pv", "other"))).rejects.toThrow(/another claim/);
    await expect(prepare(wish, claim, volume("../pv"))).rejects.toThrow(/must be absolute/);
    await expect(prepare(wish, claim, volume("/no/such/disk"))).rejects.toThrow(/does not exist/);
  });
});
