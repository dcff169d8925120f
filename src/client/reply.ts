/** Reads replies: objects of the kind that was asked for, or the refusal that came instead. */
import { z } from "zod";
import { ApiError } from "../api/api-error.ts";
import type { ApiReply } from "../api/exchange.ts";
import type { ApiObject } from "../api/meta/object-meta.ts";
import { apiVersionOfResource, type Resource } from "../api/resource.ts";

/** What every object has; the server, which made it from the kind's own schema, is trusted with the rest. */
const objectSchema = z.looseObject({
  kind: z.string().optional(),
  metadata: z.looseObject({ name: z.string().optional() }),
});
const listSchema = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string().optional(), continue: z.string().optional() }),
  items: z.array(z.unknown()),
});

export interface ObjectList<T> {
  readonly resourceVersion: string;
  /** Asks for the rest, where there is more. */
  readonly continue?: string;
  readonly items: readonly T[];
}

/** The body of a success; throws the `ApiError` of a refusal. */
export function successBody(reply: ApiReply): unknown {
  if (reply.status >= 400) throw ApiError.fromReply(reply.status, reply.body);
  return reply.body;
}

/** An object of `resource`; throws where the server answered something else. */
export function objectOf<T extends ApiObject>(resource: Resource<T>, body: unknown): T {
  const { kind } = objectSchema.parse(body);
  if (kind !== undefined && kind !== resource.kind) throw new Error(`asked for a ${resource.kind}, got a ${kind}`);
  // Items of a list may leave out what the list has said.
  const typed =
    kind === undefined ? { apiVersion: apiVersionOfResource(resource), kind: resource.kind, ...asRecord(body) } : body;
  return typed as T;
}

export function listOf<T extends ApiObject>(resource: Resource<T>, body: unknown): ObjectList<T> {
  const { metadata, items } = listSchema.parse(body);
  return {
    resourceVersion: metadata.resourceVersion ?? "0",
    ...(metadata.continue && { continue: metadata.continue }),
    items: items.map((item) => objectOf(resource, item)),
  };
}

function asRecord(body: unknown): object {
  return typeof body === "object" && body !== null ? body : {};
}
