/** Bodies in `application/vnd.kubernetes.protobuf`: four bytes of magic, then an envelope that names what is in it. */

import { findBodySchema } from "../body-kinds.ts";
import { decodeMessage, hasMessage } from "./decode-message.ts";
import { bytesOf, MalformedProtobufError, utf8Text, wireFields } from "./wire-reader.ts";

export const protobufContentType = "application/vnd.kubernetes.protobuf";

const magic = [0x6b, 0x38, 0x73, 0x00];

/** The object as JSON would have it. Throws `MalformedProtobufError`. */
export function decodeKubernetesProtobuf(body: Uint8Array): Record<string, unknown> {
  if (magic.some((byte, at) => body[at] !== byte)) throw new MalformedProtobufError("it does not begin with k8s");
  let apiVersion = "";
  let kind = "";
  let raw: Uint8Array = new Uint8Array();
  for (const field of wireFields(body.subarray(magic.length))) {
    if (field.number === 1) [apiVersion = "", kind = ""] = textsOf(bytesOf(field), [1, 2]);
    else if (field.number === 2) raw = bytesOf(field);
    else if (field.number === 3 && bytesOf(field).length > 0) throw new MalformedProtobufError("its object is encoded");
  }
  const schema = findBodySchema(apiVersion, kind);
  if (schema === undefined || !hasMessage(schema)) {
    throw new MalformedProtobufError(`no kind "${kind}" is registered for version "${apiVersion}"`);
  }
  return { ...decodeMessage(schema, raw), apiVersion, kind };
}

/** The last text of each number. */
function textsOf(message: Uint8Array, numbers: readonly number[]): string[] {
  const texts = new Map(Array.from(wireFields(message), (field) => [field.number, utf8Text(bytesOf(field))]));
  return numbers.map((number) => texts.get(number) ?? "");
}
