/** Users and groups that Kubernetes gives a meaning of their own. */
import type { Identity } from "../../api/exchange.ts";

export const authenticatedGroup = "system:authenticated";
export const unauthenticatedGroup = "system:unauthenticated";

/** Whoever shows no credential. */
export const anonymous: Identity = { user: "system:anonymous", groups: [unauthenticatedGroup] };

const serviceAccountPrefix = "system:serviceaccount:";
export const serviceAccountsGroup = "system:serviceaccounts";

export interface ServiceAccountRef {
  readonly namespace: string;
  readonly name: string;
}

/** `system:serviceaccount:default:builder` */
export function serviceAccountUser({ namespace, name }: ServiceAccountRef): string {
  return `${serviceAccountPrefix}${namespace}:${name}`;
}

/** The groups of every ServiceAccount of a namespace, besides `system:authenticated`. */
export function serviceAccountGroups(namespace: string): readonly string[] {
  return [serviceAccountsGroup, `${serviceAccountsGroup}:${namespace}`];
}

/** The ServiceAccount that a user's name names; undefined where it names none. */
export function serviceAccountOf(user: string): ServiceAccountRef | undefined {
  const [namespace, name, ...more] = user.startsWith(serviceAccountPrefix)
    ? user.slice(serviceAccountPrefix.length).split(":")
    : [];
  if (namespace === undefined || namespace === "" || name === undefined || name === "" || more.length > 0) {
    return undefined;
  }
  return { namespace, name };
}

const nodesGroup = "system:nodes";
const nodePrefix = "system:node:";

/** The board whose credential this is; undefined for anybody else. */
export function nodeOf({ user, groups }: Identity): string | undefined {
  const name = user.startsWith(nodePrefix) && groups.includes(nodesGroup) ? user.slice(nodePrefix.length) : "";
  return name === "" ? undefined : name;
}
