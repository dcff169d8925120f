/** What is wrong with a field, in the words that Kubernetes uses, so that people and tools recognize it. */
import type { StatusCause } from "../meta/status.ts";

export type CauseReason =
  | "FieldValueNotFound"
  | "FieldValueRequired"
  | "FieldValueDuplicate"
  | "FieldValueInvalid"
  | "FieldValueNotSupported"
  | "FieldValueForbidden"
  | "FieldValueTooLong"
  | "FieldValueTooMany"
  | "FieldValueTypeInvalid"
  | "FieldManagerConflict"
  | "DisruptionBudget";

/** One thing that is wrong with an object, with the path of its field. */
export interface Cause extends StatusCause {
  readonly reason: CauseReason;
  readonly message: string;
  /** `spec.containers[0].image` */
  readonly field: string;
}

const shownCharactersMax = 256;

/** A value as messages show it: JSON, cut where it is long. */
function shown(value: unknown): string {
  const json = JSON.stringify(value) ?? "null";
  return json.length <= shownCharactersMax ? json : `${json.slice(0, shownCharactersMax)}…`;
}

export function required(field: string, detail?: string): Cause {
  const message = detail === undefined ? "Required value" : `Required value: ${detail}`;
  return { reason: "FieldValueRequired", message, field };
}

export function invalid(field: string, value: unknown, detail: string): Cause {
  return { reason: "FieldValueInvalid", message: `Invalid value: ${shown(value)}: ${detail}`, field };
}

export function typeInvalid(field: string, value: unknown, detail: string): Cause {
  return { reason: "FieldValueTypeInvalid", message: `Invalid value: ${shown(value)}: ${detail}`, field };
}

export function notSupported(field: string, value: unknown, supported: readonly unknown[]): Cause {
  const message = `Unsupported value: ${shown(value)}: supported values: ${supported.map(shown).join(", ")}`;
  return { reason: "FieldValueNotSupported", message, field };
}

export function duplicate(field: string, value: unknown): Cause {
  return { reason: "FieldValueDuplicate", message: `Duplicate value: ${shown(value)}`, field };
}

export function forbidden(field: string, detail: string): Cause {
  return { reason: "FieldValueForbidden", message: `Forbidden: ${detail}`, field };
}

export function notFound(field: string, value: unknown): Cause {
  return { reason: "FieldValueNotFound", message: `Not found: ${shown(value)}`, field };
}

export function tooLong(field: string, bytesMax: number): Cause {
  return { reason: "FieldValueTooLong", message: `Too long: may not be more than ${bytesMax} bytes`, field };
}

export function tooMany(field: string, count: number, countMax: number): Cause {
  const message = `Too many: ${count}: must have at most ${countMax} items`;
  return { reason: "FieldValueTooMany", message, field };
}

/** `spec.a: Required value`, or several in brackets; as a refusal's message lists them. */
export function causesText(causes: readonly Cause[]): string {
  const texts = causes.map(({ field, message }) => (field === "" ? message : `${field}: ${message}`));
  return texts.length === 1 ? (texts[0] ?? "") : `[${texts.join(", ")}]`;
}

/** `["spec", "containers", 0, "image"]` as `spec.containers[0].image`. */
export function fieldPath(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    const isName = typeof part === "string" && /^[A-Za-z_][A-Za-z0-9_]*$/.test(part);
    if (!isName) text += `[${String(part)}]`;
    else text += text === "" ? part : `.${part}`;
  }
  return text;
}
