/** The refusal of an apply that would change what others set, worded as Kubernetes words it. */
import { ApiError } from "../api-error.ts";
import type { Cause } from "../validation/cause.ts";
import { type FieldSet, pathsOf } from "./field-set.ts";
import { type ManagerKey, managerText } from "./manager.ts";
import { pathText } from "./path-element.ts";

export interface Conflict {
  readonly manager: ManagerKey;
  /** What it set and the applier would change. */
  readonly fields: FieldSet;
}

/** For at least one conflict. */
export function conflictError(conflicts: readonly Conflict[]): ApiError {
  const paths = conflicts.flatMap(({ manager, fields }) =>
    [...pathsOf(fields)].map((path) => ({ text: managerText(manager), path: pathText(path) })),
  );
  const causes = paths.map(
    ({ text, path }): Cause => ({ reason: "FieldManagerConflict", message: `conflict with ${text}`, field: path }),
  );
  return ApiError.applyConflict(conflictMessage(paths), causes);
}

function conflictMessage(paths: readonly { readonly text: string; readonly path: string }[]): string {
  const [first] = paths;
  if (paths.length === 1 && first !== undefined) {
    return `Apply failed with 1 conflict: conflict with ${first.text}: ${first.path}`;
  }
  const byManager = Map.groupBy(paths, ({ text }) => text);
  const lines = [...byManager.keys()]
    .sort()
    .flatMap((text) => [`conflicts with ${text}:`, ...(byManager.get(text) ?? []).map(({ path }) => `- ${path}`)]);
  return `Apply failed with ${paths.length} conflicts: ${lines.join("\n")}`;
}
