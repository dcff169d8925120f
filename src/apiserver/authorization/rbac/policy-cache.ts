/**
 * The fleet's roles and bindings in memory, kept current by a watch of what this voter has applied: it needs no leader,
 * and what is revoked is gone as soon as the voter hears of it.
 */
import type { ClusterRole } from "../../../api/kinds/rbac/cluster-role.ts";
import type { ClusterRoleBinding } from "../../../api/kinds/rbac/cluster-role-binding.ts";
import type { Role } from "../../../api/kinds/rbac/role.ts";
import type { RoleBinding } from "../../../api/kinds/rbac/role-binding.ts";
import { rbacGroup } from "../../../api/kinds/rbac/subject.ts";
import type { ApiObject } from "../../../api/meta/object-meta.ts";
import type { Logger } from "../../../lib/logger.ts";
import { type StoreKey, revision as toRevision } from "../../../store/types.ts";
import { FollowedIndex, type Index } from "../../storage/followed-index.ts";
import type { ObjectStore } from "../../storage/object-store.ts";
import { isClusterRole, isClusterRoleBinding, isRole, isRoleBinding } from "./kinds.ts";
import type { Policy } from "./policy.ts";

const prefix = `/registry/${rbacGroup}/`;

export class PolicyCache {
  readonly #index: FollowedIndex<Kept>;

  constructor(objects: Pick<ObjectStore, "reader" | "shared">, log: Logger) {
    this.#index = new FollowedIndex({ objects, prefix, empty: () => new Kept(), log });
  }

  /** What is granted now. Throws what the store throws where it cannot be read. */
  current(): Promise<Policy> {
    return this.#index.current();
  }
}

class Kept implements Index, Policy {
  revision = toRevision(0);
  readonly #clusterRoles = new Map<StoreKey, ClusterRole>();
  readonly #roles = new Map<StoreKey, Role>();
  readonly #clusterRoleBindings = new Map<StoreKey, ClusterRoleBinding>();
  /** By namespace first: a request looks at those of one. */
  readonly #roleBindings = new Map<string, Map<StoreKey, RoleBinding>>();

  put(key: StoreKey, object: ApiObject): void {
    if (isClusterRole(object)) this.#clusterRoles.set(key, object);
    else if (isRole(object)) this.#roles.set(key, object);
    else if (isClusterRoleBinding(object)) this.#clusterRoleBindings.set(key, object);
    else if (isRoleBinding(object)) this.#bindingsAt(key).set(key, object);
  }

  delete(key: StoreKey): void {
    this.#clusterRoles.delete(key);
    this.#roles.delete(key);
    this.#clusterRoleBindings.delete(key);
    const namespace = namespaceOf(key);
    const bindings = this.#roleBindings.get(namespace);
    if (bindings?.delete(key) && bindings.size === 0) this.#roleBindings.delete(namespace);
  }

  clusterRole(name: string): ClusterRole | undefined {
    return this.#clusterRoles.get(`${prefix}clusterroles/${name}`);
  }

  role(namespace: string, name: string): Role | undefined {
    return this.#roles.get(`${prefix}roles/${namespace}/${name}`);
  }

  get clusterRoleBindings(): Iterable<ClusterRoleBinding> {
    return this.#clusterRoleBindings.values();
  }

  roleBindings(namespace: string): Iterable<RoleBinding> {
    return this.#roleBindings.get(namespace)?.values() ?? [];
  }

  #bindingsAt(key: StoreKey): Map<StoreKey, RoleBinding> {
    const namespace = namespaceOf(key);
    const known = this.#roleBindings.get(namespace) ?? new Map<StoreKey, RoleBinding>();
    this.#roleBindings.set(namespace, known);
    return known;
  }
}

/** `/registry/<group>/rolebindings/<namespace>/<name>` */
function namespaceOf(key: StoreKey): string {
  return key.slice(prefix.length).split("/")[1] ?? "";
}
