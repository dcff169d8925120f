/** A request's body within its size limit, and what its content type makes of it. */
import type { IncomingMessage } from "node:http";
import { ApiError } from "../../api/api-error.ts";
import type { ApiRequest } from "../../api/exchange.ts";
import { decodeKubernetesProtobuf, protobufContentType } from "../../api/protobuf/decode-envelope.ts";
import { MalformedProtobufError } from "../../api/protobuf/wire-reader.ts";
import { parseMediaType } from "./accept.ts";
import { duplicateFields } from "./duplicate-fields.ts";
import { MalformedTextError, parseJsonText, patchValuesMax } from "./json-text.ts";
import { parseYamlText } from "./yaml-text.ts";

const supportedTypes = ["application/json", "application/yaml", protobufContentType];

/** What an `ApiRequest` has of a body. */
export type Submission = Pick<ApiRequest, "body" | "duplicateFields">;

/** The parsed body, undefined for an empty one. Throws `ApiError`: 400, 413 or 415. */
export async function readBody(request: IncomingMessage, bytesMax: number): Promise<unknown> {
  return (await understandBody(request, await readBytes(request, bytesMax))).body;
}

/** The body's bytes, with what parsing does not show. Throws `ApiError`: 400 or 415. */
export async function understandBody(request: IncomingMessage, bytes: Buffer): Promise<Submission> {
  if (bytes.length === 0) return {};
  const coding = request.headers["content-encoding"] ?? "identity";
  if (coding !== "identity") throw ApiError.unsupportedMediaType(`content coding ${coding}`, supportedTypes);
  const { type } = parseMediaType(request.headers["content-type"] ?? "");
  try {
    if (type === protobufContentType) return { body: decodeKubernetesProtobuf(bytes) };
    return await parseText(type, decodeUtf8(bytes));
  } catch (thrown) {
    if (thrown instanceof MalformedTextError || thrown instanceof MalformedProtobufError)
      throw ApiError.badRequest(`the body is malformed: ${thrown.message}`);
    throw thrown;
  }
}

/** The rest of a body that is too large is left unread. Throws `ApiError` (413). */
export async function readBytes(request: IncomingMessage, bytesMax: number): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > bytesMax) throw ApiError.tooLarge(bytesMax);
  const declared = request.headers["content-length"];
  const gathered = declared === undefined ? undefined : Buffer.allocUnsafeSlow(Number(declared));
  const chunks: Buffer[] = [];
  let length = 0;
  // Leaving the loop must not destroy the connection, which the refusal is yet to be written to.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    // Each chunk is garbage at once where the place for the whole is there.
    if (gathered === undefined) chunks.push(chunk);
    else chunk.copy(gathered, length);
    length += chunk.length;
    if (length > bytesMax) throw ApiError.tooLarge(bytesMax);
  }
  return gathered?.subarray(0, length) ?? Buffer.concat(chunks, length);
}

async function parseText(type: string, text: string): Promise<Submission> {
  if (isYaml(type)) return startsObject(text) ? parseEither(text) : parseYamlText(text);
  // kubectl sends some bodies without a content type; they are JSON, a person's may be YAML.
  if (type === "") return /^\s*[[{]/u.test(text) ? parseJson(text) : parseYamlText(text);
  if (type === "application/json-patch+json") return parseJson(text, patchValuesMax);
  if (type === "application/json" || type.endsWith("+json")) return parseJson(text);
  throw ApiError.unsupportedMediaType(type, supportedTypes);
}

function startsObject(text: string): boolean {
  return /^\s*\{/u.test(text);
}

/** What is called YAML is JSON more often than not, which is understood with far less work; its faults are YAML's. */
async function parseEither(text: string): Promise<Submission> {
  try {
    const submission = parseJson(text);
    if (submission.duplicateFields?.length === 0) return submission;
  } catch (thrown) {
    if (!(thrown instanceof MalformedTextError)) throw thrown;
  }
  return parseYamlText(text);
}

function parseJson(text: string, valuesMax?: number): Submission {
  return { body: parseJsonText(text, valuesMax), duplicateFields: duplicateFields(text) };
}

function isYaml(type: string): boolean {
  return /^(?:application|text)\/(?:x-)?yaml$|\+yaml$/u.test(type);
}

const utf8 = new TextDecoder("utf-8", { fatal: true });

function decodeUtf8(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new MalformedTextError("the body is not UTF-8");
  }
}
