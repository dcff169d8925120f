/** What every verb is given: the request taken apart, and what the server stands on. */
import type { DuplicateField, Identity } from "../../api/exchange.ts";
import type { AnyResource } from "../../api/resource.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Random } from "../../lib/random.ts";
import type { Turns } from "../../lib/turns.ts";
import type { ServiceHoldings } from "../admission/service-holdings.ts";
import type { Access } from "../authorization/create-access.ts";
import type { ObjectStore } from "../storage/object-store.ts";
import type { MeasuredKinds } from "../usage/measured-kinds.ts";

export interface ServerContext {
  /** Where the objects of the request's kind are. */
  readonly objects: ObjectStore;
  /** Where the fleet's namespaces are, and all kinds but events. */
  readonly fleet: ObjectStore;
  /** What is measured when it is asked for; absent where no boards can be asked. */
  readonly measured?: MeasuredKinds;
  /** Who may do what. */
  readonly access: Access;
  readonly clock: Clock;
  readonly random: Random;
  /** A UUID that was never given before. */
  readonly newUid: () => string;
  /** Whoever would only be in each other's way goes one after another. */
  readonly turns: Turns;
  /** Which addresses and ports Services have. */
  readonly holdings: ServiceHoldings;
}

export interface VerbRequest {
  readonly resource: AnyResource;
  /** Absent for cluster-scoped kinds, and for all namespaces. */
  readonly namespace: string | undefined;
  readonly subresource: string | undefined;
  readonly query: Readonly<Record<string, string>>;
  readonly contentType: string | undefined;
  readonly body: unknown;
  /** See `ApiRequest`. */
  readonly duplicateFields: readonly DuplicateField[] | undefined;
  readonly userAgent: string | undefined;
  /** See `ApiRequest`. */
  readonly asText: boolean;
  readonly identity: Identity;
  /** See `Txn`. */
  readonly fence: number | undefined;
  readonly signal: AbortSignal | undefined;
  /** Tells the client something that refuses nothing, in a header of the answer. */
  readonly warn: (text: string) => void;
  /** Tells the audit log something. */
  readonly note: (key: string, value: string) => void;
}

/** A request for one object. */
export interface ObjectRequest extends VerbRequest {
  readonly name: string;
}
