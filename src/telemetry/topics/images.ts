import type { PodSpec } from "../../api/kinds/pod-spec.ts";

export function imagesOf({ containers }: Pick<PodSpec, "containers">): string[] {
  return [...new Set(containers.map(({ image = "" }) => image))];
}
