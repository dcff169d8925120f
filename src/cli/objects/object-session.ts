/** What every command on objects stands on: the fleet's API, its kinds, and the namespace that is meant. */
import type { ApiReply, ApiRequest, ApiTransport } from "../../api/exchange.ts";
import { successBody } from "../../client/reply.ts";
import { collectionPath, objectPath } from "../../client/resource-path.ts";
import type { CliSurroundings, FleetConnection } from "../cli-actions.ts";
import { type ServedKind, ServedKinds } from "./served-kinds.ts";
import type { Target } from "./targets.ts";

export const tableAccept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

export class ObjectSession {
  readonly fleet: FleetConnection;
  readonly kinds: ServedKinds;
  readonly io: CliSurroundings;
  /** Undefined for all. */
  readonly namespace: string | undefined;

  private constructor(fleet: FleetConnection, kinds: ServedKinds, io: CliSurroundings, namespace: string | undefined) {
    this.fleet = fleet;
    this.kinds = kinds;
    this.io = io;
    this.namespace = namespace;
  }

  static async open(
    fleet: FleetConnection,
    io: CliSurroundings,
    where: { readonly namespace?: string; readonly allNamespaces?: boolean },
  ): Promise<ObjectSession> {
    const namespace = where.allNamespaces === true ? undefined : (where.namespace ?? fleet.namespace);
    return new ObjectSession(fleet, await ServedKinds.discover(fleet.api), io, namespace);
  }

  get api(): ApiTransport {
    return this.fleet.api;
  }

  /** Where a target is, in the namespace that is meant unless it says another one. */
  pathOf({ kind, name }: Target, namespace = this.namespace): string {
    const within = kind.namespaced ? namespace : undefined;
    return name === undefined ? collectionPath(kind, within) : objectPath(kind, { namespace: within, name });
  }

  /** The body of the answer; throws the `ApiError` of a refusal. Warnings go to standard error. */
  async ask(request: ApiRequest): Promise<unknown> {
    return successBody(this.#warned(await this.api.request(request)));
  }

  /** The answer, refusal or not. */
  async reply(request: ApiRequest): Promise<ApiReply> {
    return this.#warned(await this.api.request(request));
  }

  #warned(reply: ApiReply): ApiReply {
    for (const warning of reply.warnings ?? []) this.io.err(`Warning: ${warning}\n`);
    return reply;
  }
}

/** `pod/web-0`, `daemonset.apps/web`: as kubectl names an object. */
export function shownName(kind: ServedKind, name: string): string {
  return `${kind.group === "" ? kind.singular : `${kind.singular}.${kind.group}`}/${name}`;
}
