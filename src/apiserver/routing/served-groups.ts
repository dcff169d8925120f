/** What is served, by group and version, in the orders in which clients look for a kind. */
import type { AnyResource } from "../../api/resource.ts";

export interface ServedVersion {
  readonly version: string;
  readonly resources: readonly AnyResource[];
}

export interface ServedGroup {
  /** Empty for the core group. */
  readonly name: string;
  /** The preferred one first. */
  readonly versions: readonly ServedVersion[];
}

/** Groups in the order of their first kind, which short names are looked up in. */
export function servedGroups(resources: readonly AnyResource[]): ServedGroup[] {
  return Array.from(
    Map.groupBy(resources, ({ group }) => group),
    ([name, ofGroup]) => ({
      name,
      versions: Array.from(
        Map.groupBy(ofGroup, ({ version }) => version),
        ([version, ofVersion]) => ({
          version,
          resources: ofVersion,
        }),
      ).sort((a, b) => comparePriority(a.version, b.version)),
    }),
  );
}

const stages = ["alpha", "beta", ""];
const shape = /^v(\d+)(?:(alpha|beta)(\d+))?$/u;

/** `v10`, `v2`, `v1`, `v2beta2`, `v1beta1`, `v1alpha1`; whatever else last, by the alphabet. As Kubernetes has it. */
function comparePriority(a: string, b: string): number {
  const [left, right] = [shape.exec(a), shape.exec(b)];
  if (left === null || right === null) return left === right ? (a < b ? -1 : 1) : left === null ? 1 : -1;
  const stage = ([, , name = ""]: RegExpExecArray) => stages.indexOf(name);
  const number = (match: RegExpExecArray, place: number) => Number(match[place] ?? 0);
  return stage(right) - stage(left) || number(right, 1) - number(left, 1) || number(right, 3) - number(left, 3);
}
