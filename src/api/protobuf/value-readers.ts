/** Single values on the wire, as JSON has them. */
import { base64OfBytes } from "../meta/base64.ts";
import { bytesOf, MalformedProtobufError, utf8Text, type WireField, wireFields } from "./wire-reader.ts";

/** Throws `MalformedProtobufError`. Undefined for what JSON leaves out. */
export type ValueReader = (field: WireField) => unknown;

export function readText(field: WireField): string {
  return utf8Text(bytesOf(field));
}

export function readBase64(field: WireField): string {
  return base64OfBytes(bytesOf(field));
}

export function readNumber(field: WireField): number {
  if (field.type === "varint") return field.value;
  if (field.type === "bytes") throw new MalformedProtobufError(`field ${field.number} is no number`);
  const { buffer, byteOffset, length } = field.bytes;
  const view = new DataView(buffer, byteOffset, length);
  return length === 8 ? view.getFloat64(0, true) : view.getFloat32(0, true);
}

/** `RawExtension` and its like: JSON in field 1. */
export function readRawJson(field: WireField): unknown {
  const text = memberOf(field, 1, readText);
  if (text === undefined || text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new MalformedProtobufError(`field ${field.number} holds no JSON`);
  }
}

/** The last member with the number. */
function memberOf<T>(field: WireField, number: number, read: (member: WireField) => T): T | undefined {
  let found: T | undefined;
  for (const member of wireFields(bytesOf(field))) if (member.number === number) found = read(member);
  return found;
}

function readQuantity(field: WireField): string {
  return memberOf(field, 1, readText) ?? "0";
}

/** The first member says which of the others counts. */
function readIntOrString(field: WireField): number | string {
  const isText = memberOf(field, 1, readNumber) === 1;
  return isText ? (memberOf(field, 3, readText) ?? "") : (memberOf(field, 2, readNumber) ?? 0);
}

const secondsMax = 8_640_000_000_000;

/** With `digits` of the second's fraction. No time at all is an empty message. */
function timeReader(digits: number): ValueReader {
  return (field) => {
    if (bytesOf(field).length === 0) return undefined;
    const seconds = memberOf(field, 1, readNumber) ?? 0;
    const nanos = memberOf(field, 2, readNumber) ?? 0;
    if (Math.abs(seconds) > secondsMax || nanos < 0 || nanos >= 1e9) {
      throw new MalformedProtobufError(`field ${field.number} is no time`);
    }
    const whole = new Date(seconds * 1000).toISOString().slice(0, -".000Z".length);
    const fraction = digits === 0 ? "" : `.${String(nanos).padStart(9, "0").slice(0, digits)}`;
    return `${whole}${fraction}Z`;
  };
}

/** The types of their own that Kubernetes writes otherwise than their fields suggest, by definition. */
export const wellKnownReaders: ReadonlyMap<string, ValueReader> = new Map([
  ["io.k8s.apimachinery.pkg.api.resource.Quantity", readQuantity],
  ["io.k8s.apimachinery.pkg.util.intstr.IntOrString", readIntOrString],
  ["io.k8s.apimachinery.pkg.apis.meta.v1.Time", timeReader(0)],
  ["io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime", timeReader(6)],
]);
