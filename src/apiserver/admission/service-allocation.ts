/**
 * Addresses and ports for Services. What is taken is what stored Services say, and nothing else: there is no second
 * record that could disagree with them, and what a Service lets go of is free.
 *
 * That no two get the same is decided by the transaction that writes the Service. For every number that a Service did
 * not hold before it also writes a claim key, and compares that nobody has written that key since the Services were
 * looked at. Of those who saw the same number free, on whichever voters, all but one fail the compare and decide again.
 * A claim key says nothing and is never deleted; numbers share a few of them, so that there are never many.
 */
import { ApiError } from "../../api/api-error.ts";
import type { Service } from "../../api/kinds/service.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { Numbers } from "../../api/service-allocation/held-numbers.ts";
import { withFamilies } from "../../api/service-allocation/ip-families.ts";
import { type Allocation, planAllocation } from "../../api/service-allocation/plan.ts";
import { type Compare, revision, type StoreKey } from "../../store/types.ts";
import { isReadyToVanish } from "../verbs/deletion.ts";
import { isService } from "../verbs/kind-guards.ts";
import { type AdmissionContext, noSideWrites, type ObjectAdmissionRequest, type SideWrites } from "./admission.ts";
import type { HoldingsAt } from "./service-holdings.ts";

export interface AllocatedToService extends SideWrites {
  /** Adds what was chosen. */
  complete(object: ApiObject): ApiObject;
}

const nothing: AllocatedToService = { ...noSideWrites, complete: (object) => object };

/** How many of those who write at once may have been faster before this one is told to try again. */
const attemptsMax = 5;

/** For a valid object that is to be written. Throws `ApiError`: 422 for what it may not have, 500 where none is left. */
export async function allocateToService(
  context: AdmissionContext,
  { object, oldObject, subresource, resource }: ObjectAdmissionRequest,
): Promise<AllocatedToService> {
  if (!isService(object) || subresource !== undefined) return nothing;
  const current = oldObject !== undefined && isService(oldObject) ? oldObject : undefined;
  if (isReadyToVanish(object)) return nothing;
  const next = withFamilies(object);
  let held = await context.holdings.current();
  for (let attempts = 0; attempts < attemptsMax; attempts += 1) {
    const { service, claimed } = await planOnLatest(context, next, current, held);
    const compares = await claimsSince(context, claimed, held);
    if (compares !== undefined) {
      const mutations = compares.map(({ key }) => ({ type: "put", key, value: "{}" }) as const);
      const { spec } = service;
      return { compares, mutations, complete: (admitted) => ({ ...admitted, spec }) as ApiObject };
    }
    held = await context.holdings.fresh();
  }
  const why = "others keep taking the addresses and ports that were chosen for it; try again";
  throw ApiError.conflict(resource, next.metadata.name, why);
}

/** What this voter does not know of may have freed what is asked for: nobody is refused for that it lags. */
async function planOnLatest(
  { holdings, fleet, random }: AdmissionContext,
  next: Service,
  current: Service | undefined,
  held: HoldingsAt,
): Promise<Allocation> {
  try {
    return planAllocation(next, current, held, random);
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
  }
  await fleet.barrier(undefined);
  return planAllocation(next, current, await holdings.fresh(), random);
}

/** What must hold for the claimed numbers to be free still; undefined where some may have been taken after `held`. */
async function claimsSince(
  { fleet }: AdmissionContext,
  claimed: Numbers,
  held: HoldingsAt,
): Promise<Compare[] | undefined> {
  const compares: Compare[] = [];
  for (const key of claimKeys(claimed)) {
    const modRevision = (await fleet.reader.get(key))?.modRevision ?? revision(0);
    if (modRevision > held.revision) return undefined;
    compares.push({ key, modRevision });
  }
  return compares;
}

/** How many keys each kind of number has: few to store, and enough that those who write at once seldom meet. */
const claimKeysMax = 256;

function claimKeys({ addresses, ports }: Numbers): ReadonlySet<StoreKey> {
  const keyOf = (kind: string) => (number: number) => `/bramble/service-claims/${kind}/${number % claimKeysMax}`;
  return new Set([...[...addresses].map(keyOf("address")), ...[...ports].map(keyOf("port"))]);
}
