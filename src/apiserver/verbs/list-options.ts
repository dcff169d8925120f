/** What state a list or a watch asks for, by Kubernetes' rules for its query parameters. */
import { ApiError } from "../../api/api-error.ts";
import { type Cause, forbidden, notSupported, required } from "../../api/validation/cause.ts";
import type { Revision, StoreKey } from "../../store/types.ts";
import { decodeContinueToken, type ListPosition } from "../routing/continue-token.ts";
import { booleanOption, countOption, type Query, resourceVersionOption } from "../routing/query-options.ts";

export type WantedState =
  /** All that is committed. */
  | { readonly type: "latest" }
  /** Whatever this voter has. */
  | { readonly type: "any" }
  | { readonly type: "notOlderThan" | "exact"; readonly revision: Revision }
  /** The rest of a list. */
  | { readonly type: "rest"; readonly position: ListPosition };

/** Throws `ApiError`: 400 for what is malformed, 422 for what does not go together. */
export function wantedList(query: Query, collection: StoreKey): WantedState {
  checkMatch(query, false);
  const token = query["continue"] ?? "";
  const asked = resourceVersionOption(query);
  if (token !== "") {
    if (asked !== undefined && asked > 0) {
      throw ApiError.badRequest("specifying resource version is not allowed when using continue");
    }
    return { type: "rest", position: decodeContinueToken(token, collection) };
  }
  const match = query["resourceVersionMatch"] ?? "";
  // A limited list at a revision without a match means that revision exactly.
  const isExact = match === "Exact" || (match === "" && (countOption(query, "limit") ?? 0) > 0);
  return stateAt(asked, isExact);
}

/** As `wantedList`, for a watch: it begins with that state, or after it. */
export function wantedByWatch(query: Query): WantedState {
  checkMatch(query, true);
  return stateAt(resourceVersionOption(query), false);
}

function stateAt(asked: Revision | undefined, isExact: boolean): WantedState {
  if (asked === undefined) return { type: "latest" };
  if (asked === 0) return { type: "any" };
  return { type: isExact ? "exact" : "notOlderThan", revision: asked };
}

const matchField = "resourceVersionMatch";

function checkMatch(query: Query, isWatch: boolean): void {
  const causes = isWatch ? watchCauses(query) : listCauses(query);
  if (causes.length > 0) throw ApiError.invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", causes);
}

function listCauses(query: Query): Cause[] {
  const causes: Cause[] = [];
  const match = query[matchField] ?? "";
  const asked = query["resourceVersion"] ?? "";
  if (query["sendInitialEvents"] !== undefined) causes.push(forbidden("sendInitialEvents", "is forbidden for list"));
  if (match === "") return causes;
  if ((query["continue"] ?? "") !== "") causes.push(forbidden(matchField, "is forbidden when continue is provided"));
  if (asked === "") causes.push(forbidden(matchField, "is forbidden unless resourceVersion is provided"));
  if (match !== "Exact" && match !== "NotOlderThan")
    causes.push(notSupported(matchField, match, ["Exact", "NotOlderThan"]));
  if (match === "Exact" && asked === "0")
    causes.push(forbidden(matchField, '"Exact" is forbidden for resourceVersion "0"'));
  return causes;
}

function watchCauses(query: Query): Cause[] {
  const match = query[matchField] ?? "";
  if (query["sendInitialEvents"] === undefined) {
    return match === "" ? [] : [forbidden(matchField, "is forbidden for watch unless sendInitialEvents is provided")];
  }
  const causes: Cause[] = [];
  booleanOption(query, "sendInitialEvents");
  if (match === "") causes.push(required(matchField, "sendInitialEvents requires it to be NotOlderThan"));
  else if (match !== "NotOlderThan") causes.push(notSupported(matchField, match, ["NotOlderThan"]));
  if ((query["continue"] ?? "") !== "")
    causes.push(forbidden(matchField, "sendInitialEvents cannot be used together with continue"));
  return causes;
}
