/** What of a pod or claim lies outside the bounds of LimitRanges. Messages are Kubernetes' own. */
import type { LimitRangeItem } from "../kinds/limit-range.ts";
import type { PersistentVolumeClaim } from "../kinds/persistent-volume-claim.ts";
import type { Pod } from "../kinds/pod.ts";
import { compareQuantities, formatQuantity, parseQuantity, type Quantity } from "../meta/quantity.ts";
import { type Amounts, amountsOf, noAmounts } from "./amounts.ts";
import { podLimits, podRequests } from "./pod-amounts.ts";

/** Empty where the pod keeps within all bounds. */
export function podLimitViolations({ spec }: Pod, items: readonly LimitRangeItem[]): string[] {
  return items.flatMap((item) => {
    switch (item.type) {
      case "Container":
        return [...spec.containers, ...(spec.initContainers ?? [])].flatMap(({ resources }) =>
          violations(item, amountsOf(resources.requests), amountsOf(resources.limits)),
        );
      case "Pod":
        return violations(item, podRequests({ spec }), podLimits({ spec }));
      default:
        return [];
    }
  });
}

/** A claim has requests alone. */
export function claimLimitViolations({ spec }: PersistentVolumeClaim, items: readonly LimitRangeItem[]): string[] {
  const requests = amountsOf(spec.resources?.requests);
  return items
    .filter(({ type }) => type === "PersistentVolumeClaim")
    .flatMap((item) => [
      ...entries(item.min).flatMap(([name, min]) => tooLittle(item.type, name, min, requests, noAmounts)),
      ...entries(item.max).flatMap(([name, max]) => {
        const words = `maximum ${name} usage per ${item.type} is ${max}`;
        const request = requests.get(name);
        if (request === undefined) return [`${words}.  No request is specified`];
        return isMore(request, max) ? [`${words}, but request is ${formatQuantity(request)}`] : [];
      }),
    ]);
}

function violations(item: LimitRangeItem, requests: Amounts, limits: Amounts): string[] {
  const { type } = item;
  return [
    ...entries(item.min).flatMap(([name, min]) => tooLittle(type, name, min, requests, limits)),
    ...entries(item.max).flatMap(([name, max]) => tooMuch(type, name, max, requests, limits)),
    ...entries(item.maxLimitRequestRatio).flatMap(([name, ratio]) => tooSteep(type, name, ratio, requests, limits)),
  ];
}

function tooLittle(type: string, name: string, min: string, requests: Amounts, limits: Amounts): string[] {
  const words = `minimum ${name} usage per ${type} is ${min}`;
  const request = requests.get(name);
  const limit = limits.get(name);
  if (request === undefined) return [`${words}.  No request is specified`];
  if (isLess(request, min)) return [`${words}, but request is ${formatQuantity(request)}`];
  if (limit !== undefined && isLess(limit, min)) return [`${words}, but limit is ${formatQuantity(limit)}`];
  return [];
}

function tooMuch(type: string, name: string, max: string, requests: Amounts, limits: Amounts): string[] {
  const words = `maximum ${name} usage per ${type} is ${max}`;
  const request = requests.get(name);
  const limit = limits.get(name);
  if (limit === undefined) return [`${words}.  No limit is specified`];
  if (isMore(limit, max)) return [`${words}, but limit is ${formatQuantity(limit)}`];
  if (request !== undefined && isMore(request, max)) return [`${words}, but request is ${formatQuantity(request)}`];
  return [];
}

function tooSteep(type: string, name: string, ratio: string, requests: Amounts, limits: Amounts): string[] {
  const words = `${name} max limit to request ratio per ${type} is ${ratio}`;
  const request = requests.get(name);
  const limit = limits.get(name);
  if (request === undefined || request.nano === 0n) return [`${words}, but no request is specified or request is 0`];
  if (limit === undefined || limit.nano === 0n) return [`${words}, but no limit is specified or limit is 0`];
  const isSteep = limit.nano * 1_000_000_000n > request.nano * (parseQuantity(ratio)?.nano ?? 0n);
  const provided = Number(limit.nano) / Number(request.nano);
  return isSteep ? [`${words}, but provided ratio is ${provided.toFixed(6)}`] : [];
}

function entries(list: Readonly<Record<string, string>> | undefined): [string, string][] {
  return Object.entries(list ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
}

function isLess(quantity: Quantity, bound: string): boolean {
  return compareQuantities(formatQuantity(quantity), bound) < 0;
}

function isMore(quantity: Quantity, bound: string): boolean {
  return compareQuantities(formatQuantity(quantity), bound) > 0;
}
