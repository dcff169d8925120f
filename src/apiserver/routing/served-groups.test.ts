import { expect, it } from "vitest";
import { podResource } from "../../api/kinds/pod.ts";
import { servedGroups } from "./served-groups.ts";

it("prefers versions as Kubernetes does, and keeps groups in the order of their first kind", () => {
  const versions = ["v1beta1", "v2beta2", "x2", "v1", "v1alpha1", "v10", "v2", "x1", "v1beta2"];
  const kinds = versions.map((version) => ({ ...podResource, group: "b", version }));
  const groups = servedGroups([...kinds, { ...podResource, group: "a" }, ...kinds]);
  expect(groups.map(({ name }) => name)).toEqual(["b", "a"]);
  expect(groups[0]?.versions.map(({ version }) => version)).toEqual([
    "v10",
    "v2",
    "v1",
    "v2beta2",
    "v1beta2",
    "v1beta1",
    "v1alpha1",
    "x1",
    "x2",
  ]);
  expect(groups[0]?.versions[0]?.resources).toHaveLength(2);
});
