import { describe, expect, it } from "vitest";
import { hashLabel, templateHash } from "../../api/daemon-set/template-hash.ts";
import type { ControllerRevision } from "../../api/kinds/apps/controller-revision.ts";
import { type DaemonSet, daemonSetResource } from "../../api/kinds/daemon-set.ts";
import { applyStrategicMergePatch } from "../../api/patch/strategic-merge-patch.ts";
import { makeDaemonSet, makePod } from "../../client/testing/objects.ts";
import { planRevisions } from "./revisions.ts";

const withImage = (image: string, spec = {}): DaemonSet =>
  makeDaemonSet("web", {
    spec: { template: { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "c", image }] } }, ...spec },
  });

/** The revisions of a set that had these images, one after the other. */
function historyOf(...images: string[]): ControllerRevision[] {
  return images.reduce<ControllerRevision[]>((revisions, image) => {
    const set = withImage(image);
    const { create, promote } = planRevisions(set, templateHash(set), revisions, []);
    const others = revisions.filter(({ metadata }) => metadata.name !== promote?.metadata.name);
    return [...others, ...(create === undefined ? [] : [create]), ...(promote === undefined ? [] : [promote])];
  }, []);
}

const plan = (set: DaemonSet, owned: ControllerRevision[], podHashes: string[] = []) =>
  planRevisions(
    set,
    templateHash(set),
    owned,
    podHashes.map((hash) => makePod(hash, { metadata: { labels: { [hashLabel]: hash } } })),
  );

describe("planRevisions", () => {
  it("keeps the current template, once", () => {
    const set = withImage("a");
    const { create } = plan(set, []);
    expect(create).toMatchObject({
      revision: 1,
      metadata: { namespace: "default", labels: { app: "web", [hashLabel]: templateHash(set) } },
    });
    expect(create?.metadata.name).toBe(`web-${templateHash(set)}`);
    expect(plan(set, create === undefined ? [] : [create])).toEqual({
      create: undefined,
      promote: undefined,
      remove: [],
    });
  });

  it("counts up, and gives an older template that is current again the highest number", () => {
    expect(historyOf("a", "b").map(({ revision }) => revision)).toEqual([1, 2]);
    expect(historyOf("a", "b", "a").map(({ revision }) => revision)).toEqual([2, 3]);
  });

  it("drops the oldest beyond the limit, but none that a pod still runs", () => {
    const owned = historyOf("a", "b", "c", "d");
    const set = withImage("d", { revisionHistoryLimit: 1 });
    expect(plan(set, owned).remove.map(({ revision }) => revision)).toEqual([1, 2]);
    expect(plan(set, owned, [templateHash(withImage("a"))]).remove.map(({ revision }) => revision)).toEqual([2]);
    expect(plan(withImage("d", { revisionHistoryLimit: 0 }), owned).remove).toHaveLength(3);
  });

  it("holds what takes the set back to it, whatever was added since", () => {
    const before = withImage("a");
    const { create } = plan(before, []);
    const after = withImage("b");
    const { template } = after.spec;
    const grown = {
      ...after,
      spec: { ...after.spec, template: { ...template, spec: { ...template.spec, hostNetwork: true } } },
    };
    const back = applyStrategicMergePatch(grown, create?.data, daemonSetResource.schema);
    expect(back).toEqual(before);
  });
});
