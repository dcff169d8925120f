/** What `init` and `join` find out about the board before they change anything. */
import { hostname, networkInterfaces } from "node:os";
import { nodeNamePattern } from "../api/join-exchange.ts";
import type { NewBoardOptions } from "../cli/cli-actions.ts";
import { UsageError } from "../lib/errors.ts";
import { type Interfaces, ownAddress } from "../platform/host/own-address.ts";
import { randomHex } from "../platform/host/secure-random.ts";
import type { VoterId } from "../replication/ports.ts";

export interface Machine {
  hostname(): string;
  interfaces(): Interfaces;
}

export const thisMachine: Machine = { hostname, interfaces: networkInterfaces };

/** Throws `UsageError` where the board's name or address was not given and cannot be read off it. */
export function describeBoard({ name, address }: Pick<NewBoardOptions, "name" | "address">, machine: Machine) {
  return { node: name ?? hostLabel(machine.hostname()), address: address ?? ownAddress(machine.interfaces()) };
}

/** A voter that lost its disk must not be taken for the one it was, so its id is never the same twice. */
export function newVoterId(node: string): VoterId {
  return `${node}.${randomHex(4)}` as VoterId;
}

function hostLabel(host: string): string {
  const [label = ""] = host.toLowerCase().split(".");
  if (nodeNamePattern.test(label)) return label;
  throw new UsageError(`the host name ${JSON.stringify(host)} cannot be a board's name: give one with --name`);
}
