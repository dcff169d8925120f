/** Acting as somebody else (`kubectl --as`): what the headers ask for, and what right each part of it takes. */
import type { IncomingMessage } from "node:http";
import { ApiError } from "../../api/api-error.ts";
import type { Identity } from "../../api/exchange.ts";
import type { Authorizer } from "../authorization/authorizer.ts";
import { forbidden } from "../authorization/forbidden.ts";
import type { ResourceAttributes } from "../authorization/request-attributes.ts";
import {
  anonymous,
  authenticatedGroup,
  serviceAccountGroups,
  serviceAccountOf,
  unauthenticatedGroup,
} from "./well-known-groups.ts";

const prefix = "impersonate-";
const extraPrefix = `${prefix}extra-`;

/** Whom the headers name, each header line one value. Undefined where they name nobody. Throws `ApiError` (400). */
export function impersonated(request: IncomingMessage): Identity | undefined {
  // Nearly no request does, and taking the lines apart costs more than looking for one.
  if (!Object.keys(request.headers).some((name) => name.startsWith(prefix))) return undefined;
  const headers = request.headersDistinct;
  const user = headers["impersonate-user"]?.[0] ?? "";
  const groups = headers["impersonate-group"] ?? [];
  const uid = headers["impersonate-uid"]?.[0] ?? "";
  const extra = impersonatedExtra(headers);
  const hasMore = groups.length > 0 || uid !== "" || extra.length > 0;
  if (user === "") {
    if (hasMore)
      throw ApiError.badRequest("groups, uid and extra cannot be impersonated without a user: send Impersonate-User");
    return undefined;
  }
  return {
    user,
    groups: groupsOf(user, groups),
    ...(uid !== "" && { uid }),
    ...(extra.length > 0 && { extra: Object.fromEntries(extra) }),
  };
}

/** Throws `ApiError` (403) unless `identity` may be everything that `target` is. */
export async function requireImpersonation(
  identity: Identity,
  target: Identity,
  headers: IncomingMessage["headersDistinct"],
  authorizer: Authorizer,
): Promise<void> {
  // The groups that come by themselves need no right of their own.
  for (const asked of neededRights(target, headers["impersonate-group"] ?? [])) {
    const decision = await authorizer.authorize(identity, asked);
    if (decision.type !== "allowed") throw forbidden(identity, asked, decision.reason);
  }
}

function neededRights(target: Identity, groups: readonly string[]): ResourceAttributes[] {
  const account = serviceAccountOf(target.user);
  const user =
    account === undefined
      ? right({ resource: "users", name: target.user })
      : right({ resource: "serviceaccounts", ...account });
  const authentication = "authentication.k8s.io";
  return [
    user,
    ...groups.map((name) => right({ resource: "groups", name })),
    ...(target.uid === undefined ? [] : [right({ group: authentication, resource: "uids", name: target.uid })]),
    ...Object.entries(target.extra ?? {}).flatMap(([subresource, values]) =>
      values.map((name) => right({ group: authentication, resource: "userextras", subresource, name })),
    ),
  ];
}

function right(asked: Partial<ResourceAttributes> & Pick<ResourceAttributes, "resource" | "name">): ResourceAttributes {
  const core = { group: "", version: "v1", subresource: "", namespace: "", fields: new Map<string, string>() };
  return { type: "resource", verb: "impersonate", ...core, ...asked };
}

/** Groups that are named are all there are, but for the one that everybody is in. */
function groupsOf(user: string, named: readonly string[]): readonly string[] {
  const account = serviceAccountOf(user);
  const groups = named.length === 0 && account !== undefined ? serviceAccountGroups(account.namespace) : named;
  if (groups.includes(unauthenticatedGroup)) return groups;
  if (user === anonymous.user) return [...groups, unauthenticatedGroup];
  return groups.includes(authenticatedGroup) ? groups : [...groups, authenticatedGroup];
}

/** Keys come in lower case, and percent-encoded where a header's name could not hold them. */
function impersonatedExtra(headers: IncomingMessage["headersDistinct"]): [string, readonly string[]][] {
  const extra: [string, readonly string[]][] = [];
  for (const [header, values = []] of Object.entries(headers)) {
    if (header.startsWith(extraPrefix)) extra.push([decodedKey(header.slice(extraPrefix.length)), values]);
  }
  return extra;
}

function decodedKey(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
