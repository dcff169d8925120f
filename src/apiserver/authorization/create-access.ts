/** Who is who and who may do what, put together from their parts. */
import type { Clock } from "../../lib/clock.ts";
import type { Logger } from "../../lib/logger.ts";
import type { ReplicatedStore } from "../../replication/ports.ts";
import { AuditLog, type AuditOptions } from "../audit/audit-log.ts";
import type { TokenReader } from "../authentication/authenticate.ts";
import { ServiceAccountKeys } from "../authentication/service-account-key.ts";
import { ServiceAccountTokens } from "../authentication/service-account-tokens.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import { type Authorizer, firstOpinion, mastersAuthorizer } from "./authorizer.ts";
import { BoardObjects } from "./node/board-objects.ts";
import { nodeAuthorizer } from "./node/node-authorizer.ts";
import type { Policy } from "./rbac/policy.ts";
import { PolicyCache } from "./rbac/policy-cache.ts";
import { rbacAuthorizer } from "./rbac/rbac-authorizer.ts";

/** What it takes to let a request in, and to answer questions about that. */
export interface Access {
  readonly readToken: TokenReader;
  readonly authorizer: Authorizer;
  /** Who has been granted what. */
  readonly policy: () => Promise<Policy>;
  readonly tokens: ServiceAccountTokens;
  readonly keys: ServiceAccountKeys;
  /** Absent where nothing is noted. */
  readonly audit?: AuditLog;
}

export interface AccessOptions {
  readonly store: Pick<ReplicatedStore, "reader">;
  /** The fleet's objects, all kinds but events. */
  readonly objects: ObjectStore;
  readonly audit?: AuditOptions | undefined;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Clients within the process are part of the fleet and do not pass here. */
export function createAccess({ store, objects, audit, clock, log }: AccessOptions): Access {
  const cache = new PolicyCache(objects, log);
  const policy = () => cache.current();
  const boards = new BoardObjects(objects);
  const keys = new ServiceAccountKeys(store);
  const tokens = new ServiceAccountTokens({ objects, keys, clock });
  return {
    readToken: async (token) => (await tokens.read(token))?.identity,
    authorizer: firstOpinion([mastersAuthorizer, nodeAuthorizer(boards), rbacAuthorizer(policy)]),
    policy,
    tokens,
    keys,
    ...(audit !== undefined && { audit: new AuditLog(audit, clock) }),
  };
}
