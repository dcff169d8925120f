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
import { messageOf } from "../../../lib/errors.ts";
import type { Logger } from "../../../lib/logger.ts";
import type { Revision, StoreKey } from "../../../store/types.ts";
import type { ObjectStore } from "../../storage/object-store.ts";
import { isClusterRole, isClusterRoleBinding, isRole, isRoleBinding } from "./kinds.ts";
import type { Policy } from "./policy.ts";

const prefix = `/registry/${rbacGroup}/`;

/** Nothing is read before the first question; after that the watch goes on until the store closes. */
export class PolicyCache {
  readonly #objects: Pick<ObjectStore, "reader" | "shared">;
  readonly #log: Logger;
  #following: Promise<Kept> | undefined;

  constructor(objects: Pick<ObjectStore, "reader" | "shared">, log: Logger) {
    this.#objects = objects;
    this.#log = log;
  }

  /** What is granted now. Throws what the store throws where it cannot be read. */
  async current(): Promise<Policy> {
    this.#following ??= this.#follow();
    try {
      return await this.#following;
    } catch (thrown) {
      this.#following = undefined;
      throw thrown;
    }
  }

  async #follow(): Promise<Kept> {
    const { reader, shared } = this.#objects;
    const kept = new Kept();
    const { items, revision } = await reader.range({ prefix });
    for (const { key, modRevision, value } of items) kept.put(key, shared.at(key, modRevision, value));
    void this.#watch(kept, revision);
    return kept;
  }

  async #watch(kept: Kept, after: Revision): Promise<void> {
    const { reader, shared } = this.#objects;
    try {
      for await (const { events } of reader.watch({ prefix, after, signal: new AbortController().signal })) {
        for (const { type, key, revision, value } of events) {
          if (type === "put") kept.put(key, shared.at(key, revision, value));
          else kept.delete(key);
        }
      }
    } catch (thrown) {
      this.#log.warn("roles are read anew: their watch has ended", { reason: messageOf(thrown) });
    }
    // Never answer from what is no longer kept current.
    this.#following = undefined;
  }
}

class Kept implements Policy {
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
