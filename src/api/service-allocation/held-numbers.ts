/** What Services hold of the fleet's addresses and of the boards' ports, as their own objects say. */
import { parseAddress } from "../../lib/ipv4.ts";
import type { Service } from "../kinds/service.ts";
import { needsAddress, opensOnBoards } from "../kinds/service-needs.ts";

export interface Numbers {
  /** IPv4 addresses as numbers. */
  readonly addresses: ReadonlySet<number>;
  /** Ports of the boards, whichever protocol they are for. */
  readonly ports: ReadonlySet<number>;
}

export const noNumbers: Numbers = { addresses: new Set(), ports: new Set() };

/** What one Service holds. */
export function numbersOf({ spec }: Service): Numbers {
  const addresses = needsAddress(spec) ? (spec.clusterIPs ?? []).map(parseAddress) : [];
  const ports = opensOnBoards(spec)
    ? [...(spec.ports ?? []).map(({ nodePort }) => nodePort), spec.healthCheckNodePort]
    : [];
  return { addresses: new Set(addresses.filter(isNumber)), ports: new Set(ports.filter(isNumber)) };
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && value !== 0;
}

/** Who asks what is taken. */
export interface Taken {
  hasAddress(address: number): boolean;
  hasPort(port: number): boolean;
}

/**
 * What many Services hold together. Two may hold the same where they were written before addresses were given out: it
 * is free when the last of them lets go.
 */
export class HeldNumbers implements Taken {
  readonly #byService = new Map<string, Numbers>();
  readonly #addresses = new Map<number, number>();
  readonly #ports = new Map<number, number>();

  /** `key` says which Service; what it held before, it holds no longer. */
  put(key: string, service: Service): void {
    this.delete(key);
    const numbers = numbersOf(service);
    this.#byService.set(key, numbers);
    for (const address of numbers.addresses) add(this.#addresses, address, 1);
    for (const port of numbers.ports) add(this.#ports, port, 1);
  }

  delete(key: string): void {
    const { addresses, ports } = this.#byService.get(key) ?? noNumbers;
    this.#byService.delete(key);
    for (const address of addresses) add(this.#addresses, address, -1);
    for (const port of ports) add(this.#ports, port, -1);
  }

  hasAddress(address: number): boolean {
    return this.#addresses.has(address);
  }

  hasPort(port: number): boolean {
    return this.#ports.has(port);
  }
}

function add(holders: Map<number, number>, number: number, change: number): void {
  const count = (holders.get(number) ?? 0) + change;
  if (count > 0) holders.set(number, count);
  else holders.delete(number);
}
