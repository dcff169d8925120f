/** What requests may say besides their paths, as OpenAPI v2 parameters. */
import { type OpenApiSchema, reference } from "./definitions.ts";

export interface OpenApiParameter {
  readonly name: string;
  readonly in: "body" | "path" | "query";
  readonly description: string;
  readonly required?: boolean;
  readonly type?: "string" | "integer" | "boolean";
  readonly uniqueItems?: boolean;
  readonly schema?: OpenApiSchema;
}

/** As `x-kubernetes-action` names it. */
export type Action = "list" | "get" | "post" | "put" | "patch" | "delete" | "deletecollection" | "connect";

type QueryType = NonNullable<OpenApiParameter["type"]>;

function query(name: string, type: QueryType, description: string): OpenApiParameter {
  return { name, in: "query", description, type, uniqueItems: true };
}

export function pathParameter(name: string, description: string): OpenApiParameter {
  return { name, in: "path", description, required: true, type: "string", uniqueItems: true };
}

export function bodyParameter(definition: string, description: string, required = true): OpenApiParameter {
  return { name: "body", in: "body", description, required, schema: reference(definition) };
}

export const patchParameter: OpenApiParameter = {
  name: "body",
  in: "body",
  description: "The patch.",
  required: true,
  schema: { type: "object" },
};

const dryRun = query("dryRun", "string", "All runs every check and changes nothing.");
const writeParameters = [
  dryRun,
  query("fieldManager", "string", "Who makes the change."),
  query("fieldValidation", "string", "What becomes of unknown and repeated fields: Ignore, Warn or Strict."),
];
const listParameters = [
  query("labelSelector", "string", "Selects by labels."),
  query("fieldSelector", "string", "Selects by fields."),
  query("limit", "integer", "How many objects to answer at most."),
  query("continue", "string", "Continues a list where its last part ended."),
  query("resourceVersion", "string", "How new the answer must be."),
  query("resourceVersionMatch", "string", "How the answer's version may differ: NotOlderThan or Exact."),
  query("sendInitialEvents", "boolean", "Whether a watch begins with what there is."),
  query("allowWatchBookmarks", "boolean", "Whether a watch tells how far it has come."),
  query("timeoutSeconds", "integer", "How long the request may take."),
  query("watch", "boolean", "Answers every change as it happens."),
];
const deleteParameters = [
  dryRun,
  query("gracePeriodSeconds", "integer", "How long the object may take to end."),
  query("propagationPolicy", "string", "Orphan, Background or Foreground."),
];

export const queryParameters: Readonly<Record<Action, readonly OpenApiParameter[]>> = {
  list: listParameters,
  get: [],
  post: writeParameters,
  put: writeParameters,
  patch: [...writeParameters, query("force", "boolean", "Takes fields over from other managers.")],
  delete: deleteParameters,
  deletecollection: [...listParameters, ...deleteParameters],
  connect: [],
};
