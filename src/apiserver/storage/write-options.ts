import { ApiError } from "../../api/api-error.ts";
import type { AnyResource } from "../../api/resource.ts";

export interface WriteOptions {
  /** Decides and answers, but writes nothing. */
  readonly dryRun: boolean;
  /** See `Txn`. */
  readonly fence?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export function fenceOf({ fence }: WriteOptions): { readonly fence?: number } {
  return fence === undefined ? {} : { fence };
}

/** A controller of an earlier leader came too late: the leader of `term` decides now. */
export function fencedError(resource: AnyResource, name: string, term: number): ApiError {
  return ApiError.conflict(resource, name, `the writer's term is over, term ${term} has begun`);
}
