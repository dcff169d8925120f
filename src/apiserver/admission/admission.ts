/** What the steps of admission are given, and what they may answer. */
import type { Identity } from "../../api/exchange.ts";
import type { ApiObject } from "../../api/meta/object-meta.ts";
import type { AnyResource } from "../../api/resource.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import type { Turns } from "../../lib/turns.ts";
import type { Compare, Mutation } from "../../store/types.ts";
import type { Access } from "../authorization/create-access.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import type { ServiceHoldings } from "./service-holdings.ts";

/** What admission stands on. */
export interface AdmissionContext {
  /** Where all kinds but events are. */
  readonly fleet: ObjectStore;
  /** Who may do what. */
  readonly access: Access;
  readonly clock: Clock;
  readonly random: Random;
  /** A UUID that was never given before. */
  readonly newUid: () => string;
  /** Whoever would only be in each other's way goes one after another. */
  readonly turns: Turns;
  /** Which addresses and ports are taken. */
  readonly holdings: ServiceHoldings;
}

export interface AdmissionRequest {
  readonly operation: "CREATE" | "UPDATE" | "DELETE";
  readonly resource: AnyResource;
  readonly subresource?: string | undefined;
  readonly namespace: string | undefined;
  readonly name: string;
  /** As it was, of an object that is there. */
  readonly oldObject?: ApiObject | undefined;
  readonly identity: Identity;
  readonly dryRun: boolean;
  /** Tells the client something that refuses nothing. */
  readonly warn: (text: string) => void;
  /** Tells the audit log something, under a key of its own. */
  readonly note: (key: string, value: string) => void;
}

/** A request that brings an object, complete as its kind makes it. */
export interface ObjectAdmissionRequest extends AdmissionRequest {
  readonly object: ApiObject;
}

/** What must hold, and what else is written, in the transaction that carries out the request. */
export interface SideWrites {
  readonly compares: readonly Compare[];
  readonly mutations: readonly Mutation[];
}

export const noSideWrites: SideWrites = { compares: [], mutations: [] };

/** In the same order. Nothing is written twice: no two steps write the same keys. */
export function allWrites(...writes: readonly SideWrites[]): SideWrites {
  return {
    compares: writes.flatMap(({ compares }) => compares),
    mutations: writes.flatMap(({ mutations }) => mutations),
  };
}

/** A step that changes what is submitted. Throws `ApiError` to refuse. */
export type MutatingStep = (context: AdmissionContext, request: ObjectAdmissionRequest) => Promise<ApiObject>;

/** A step that judges what is to be stored. Throws `ApiError` to refuse. */
export type ValidatingStep = (
  context: AdmissionContext,
  request: AdmissionRequest & { readonly object?: ApiObject | undefined },
) => Promise<SideWrites | undefined>;
