/** Objects of any kind as the command line sees them: it reads what all have, and passes on the rest. */
import { z } from "zod";
import { UsageError } from "../../lib/errors.ts";

const plainObjectSchema = z.looseObject({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  metadata: z.looseObject({
    name: z.string().optional(),
    generateName: z.string().optional(),
    namespace: z.string().optional(),
    uid: z.string().optional(),
    resourceVersion: z.string().optional(),
    generation: z.number().optional(),
    creationTimestamp: z.string().optional(),
    deletionTimestamp: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
    ownerReferences: z
      .array(z.looseObject({ kind: z.string(), name: z.string(), uid: z.string(), controller: z.boolean().optional() }))
      .optional(),
  }),
});
export type PlainObject = z.infer<typeof plainObjectSchema>;

const plainListSchema = z.object({
  apiVersion: z.string().optional(),
  kind: z.string().optional(),
  metadata: z.looseObject({ resourceVersion: z.string().optional(), continue: z.string().optional() }),
  items: z.array(z.unknown()),
});

export interface PlainList {
  readonly metadata: { readonly resourceVersion?: string | undefined; readonly continue?: string | undefined };
  readonly items: readonly PlainObject[];
}

/** What the server answered, which is an object. */
export function plainObject(body: unknown): PlainObject {
  return plainObjectSchema.parse(body);
}

/** What the server answered, which is a list; its items say what they are. */
export function plainList(body: unknown): PlainList {
  const list = plainListSchema.parse(body);
  const itemKind = list.kind?.replace(/List$/, "");
  const items = list.items.map((item) =>
    plainObject({ apiVersion: list.apiVersion, kind: itemKind, ...(item as object) }),
  );
  return { metadata: list.metadata, items };
}

/** One document of a manifest. Throws `UsageError` that says where it is and what it lacks. */
export function manifestObject(document: unknown, where: string): PlainObject {
  const parsed = plainObjectSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(`${where} is no Kubernetes object: ${issue?.path.join(".") || "it"}: ${issue?.message ?? ""}`);
}
