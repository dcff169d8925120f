/** Who writes, for `metadata.managedFields`: what the query says, or else the program, or else the user. */
import { ApiError } from "../../api/api-error.ts";
import type { ManagerKey, Operation } from "../../api/managed-fields/manager.ts";
import { apiVersionOfResource } from "../../api/resource.ts";
import { type Cause, forbidden, invalid, required, tooLong } from "../../api/validation/cause.ts";
import { booleanOption } from "../routing/query-options.ts";
import type { VerbRequest } from "./verb-context.ts";

const nameLengthMax = 128;
const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;
export const applyPatchType = "application/apply-patch+yaml";

export function managerOf(request: VerbRequest, operation: Operation): ManagerKey {
  const { resource, subresource = "", query } = request;
  const manager = query["fieldManager"] || programName(request.userAgent) || userName(request);
  return { manager, operation, apiVersion: apiVersionOfResource(resource), subresource };
}

function programName(userAgent = ""): string {
  const [first = ""] = userAgent.split("/");
  return first.replaceAll(new RegExp(unprintable, "gu"), "").slice(0, nameLengthMax);
}

/**
 * Programs of the fleet itself have a user and no user agent: `voter` for `system:voter:b1`, the same on every board, or
 * an object would have a manager for every voter that ever wrote it.
 */
function userName({ identity: { user } }: VerbRequest): string {
  const [first = "", second] = user.split(":");
  return (first === "system" ? second : first)?.slice(0, nameLengthMax) || "unknown";
}

/** Throws `ApiError` (422) as Kubernetes does for options of a create, an update or a patch. */
export function checkManagerOptions({ query, contentType }: VerbRequest, kind: OptionsKind): void {
  const causes: Cause[] = [];
  const { fieldManager = "", force } = query;
  const isApply = kind === "PatchOptions" && contentType === applyPatchType;
  if (isApply && fieldManager === "") causes.push(required("fieldManager", "is required for apply patch"));
  if (!isApply && kind === "PatchOptions" && force !== undefined && booleanOption(query, "force"))
    causes.push(forbidden("force", "may not be specified for non-apply patch"));
  if (fieldManager.length > nameLengthMax) causes.push(tooLong("fieldManager", nameLengthMax));
  if (unprintable.test(fieldManager)) {
    causes.push(invalid("fieldManager", fieldManager, "should only contain printable characters"));
  }
  if (causes.length > 0) throw ApiError.invalid({ group: "meta.k8s.io", kind }, "", causes);
}

type OptionsKind = "CreateOptions" | "UpdateOptions" | "PatchOptions";
