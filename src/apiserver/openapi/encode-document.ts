/**
 * The OpenAPI document as kubectl before 1.27 insists on it: gnostic's `openapi.v2.Document` in Protocol Buffers.
 *
 * Field numbers are those of gnostic's OpenAPIv2.proto, for what a Kubernetes document uses of it.
 */
import {
  any,
  bool,
  double,
  encodeMessage,
  entries,
  type FieldEncoder,
  integer,
  type MessageFields,
  message,
  repeated,
  string,
  wrapped,
} from "./field-encoder.ts";
import type { Encoded } from "./protobuf-writer.ts";

/** The media type as kubectl asks for it, and as it must be answered: a media type has no `@` (RFC 6838 §4.2). */
export const openApiAcceptedType = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf";
export const openApiContentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

/** `document` is an OpenAPI 2.0 document as JSON. */
export function encodeOpenApiDocument(document: unknown): Encoded {
  return encodeMessage(documentFields, 16, document);
}

const schema: FieldEncoder = message(() => schemaFields, 31);

const schemaFields: MessageFields = {
  $ref: [1, string],
  format: [2, string],
  title: [3, string],
  description: [4, string],
  default: [5, any],
  maximum: [7, double],
  minimum: [9, double],
  maxLength: [11, integer],
  minLength: [12, integer],
  pattern: [13, string],
  maxItems: [14, integer],
  minItems: [15, integer],
  uniqueItems: [16, bool],
  maxProperties: [17, integer],
  minProperties: [18, integer],
  required: [19, repeated(string)],
  enum: [20, repeated(any)],
  additionalProperties: [21, wrapped((value) => (typeof value === "boolean" ? [2, bool] : [1, schema]))],
  type: [22, wrapped(() => [1, repeated(string)])],
  items: [23, wrapped(() => [1, repeated(schema)])],
  allOf: [24, repeated(schema)],
  properties: [25, wrapped(() => [1, entries(schema)])],
  readOnly: [27, bool],
};

const bodyParameter = message(
  () => ({ description: [1, string], name: [2, string], in: [3, string], required: [4, bool], schema: [5, schema] }),
  6,
);

const parameterHead: MessageFields = {
  required: [1, bool],
  in: [2, string],
  description: [3, string],
  name: [4, string],
};

const pathParameter = message(() => ({ ...parameterHead, type: [5, string], format: [6, string] }), 22);

const queryParameter = message(
  () => ({
    ...parameterHead,
    allowEmptyValue: [5, bool],
    type: [6, string],
    format: [7, string],
    uniqueItems: [20, bool],
  }),
  23,
);

const nonBodyParameter = wrapped((value) => (has(value, "in", "path") ? [4, pathParameter] : [3, queryParameter]));
const parameter = wrapped((value) => (has(value, "in", "body") ? [1, bodyParameter] : [2, nonBodyParameter]));
const parametersItem = wrapped(() => [1, parameter]);

const responseFields: MessageFields = { description: [1, string], schema: [2, wrapped(() => [1, schema])] };
const responseValue = wrapped(() => [1, message(() => responseFields, 5)]);
const responses = wrapped(() => [1, entries(responseValue)]);

const operation = message(
  () => ({
    tags: [1, repeated(string)],
    summary: [2, string],
    description: [3, string],
    operationId: [5, string],
    produces: [6, repeated(string)],
    consumes: [7, repeated(string)],
    parameters: [8, repeated(parametersItem)],
    responses: [9, responses],
    schemes: [10, repeated(string)],
    deprecated: [11, bool],
  }),
  13,
);

const pathItem = message(
  () => ({
    get: [2, operation],
    put: [3, operation],
    post: [4, operation],
    delete: [5, operation],
    options: [6, operation],
    head: [7, operation],
    patch: [8, operation],
    parameters: [9, repeated(parametersItem)],
  }),
  10,
);

const documentFields: MessageFields = {
  swagger: [1, string],
  info: [2, message(() => ({ title: [1, string], version: [2, string], description: [3, string] }), 7)],
  host: [3, string],
  basePath: [4, string],
  schemes: [5, repeated(string)],
  consumes: [6, repeated(string)],
  produces: [7, repeated(string)],
  paths: [8, wrapped(() => [2, entries(pathItem)])],
  definitions: [9, wrapped(() => [1, entries(schema)])],
};

function has(value: unknown, name: string, expected: string): boolean {
  return (
    typeof value === "object" && value !== null && Object.getOwnPropertyDescriptor(value, name)?.value === expected
  );
}
