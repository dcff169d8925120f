/** Users and groups that Kubernetes gives a meaning of their own. */
import type { Identity } from "../../api/exchange.ts";

export const authenticatedGroup = "system:authenticated";
export const unauthenticatedGroup = "system:unauthenticated";

/** Whoever shows no credential. */
export const anonymous: Identity = { user: "system:anonymous", groups: [unauthenticatedGroup] };

const serviceAccountPrefix = "system:serviceaccount:";
const serviceAccountsGroup = "system:serviceaccounts";

export interface ServiceAccountRef {
  readonly namespace: string;
  readonly name: string;
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
