/** Amounts of a resource as Kubernetes writes them: `100m`, `1Gi`, `2.5`, `1e3`. */
import { z } from "zod";
import { annotate } from "./schema.ts";

/** Exact to one billionth, as in Kubernetes, which rounds anything finer up. */
export interface Quantity {
  readonly nano: bigint;
  readonly format: "decimal" | "binary" | "exponent";
}

const nanoPerUnit = 1_000_000_000n;
const lengthMax = 64;
const exponentMax = 30;
const shape = /^([+-]?)(\d*)(?:\.(\d*))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d{1,3})?$/;
const decimalSuffixes = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const binarySuffixes = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/** The quantity that `text` writes; undefined where it writes none. Linear in the length of `text`. */
export function parseQuantity(text: string): Quantity | undefined {
  const match = text.length <= lengthMax ? shape.exec(text) : null;
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", suffix = ""] = match;
  if (whole === "" && fraction === "") return undefined;
  const binaryPower = binarySuffixes.indexOf(suffix);
  const isBinary = binaryPower > 0;
  const decimalPower = decimalSuffixes.indexOf(suffix);
  const isExponent = !isBinary && decimalPower < 0;
  const exponent = isExponent ? Number(suffix.slice(1)) : isBinary ? 0 : (decimalPower - 3) * 3;
  if (Math.abs(exponent) > exponentMax) return undefined;
  // digits × 10^(9 + exponent − fraction digits) × 1024^binaryPower, rounded away from zero
  const digits = BigInt(`${whole}${fraction}`) * (isBinary ? 1024n ** BigInt(binaryPower) : 1n);
  const shift = 9 + exponent - fraction.length;
  const magnitude = shift >= 0 ? digits * 10n ** BigInt(shift) : ceilDivide(digits, 10n ** BigInt(-shift));
  return {
    nano: sign === "-" ? -magnitude : magnitude,
    format: isBinary ? "binary" : isExponent ? "exponent" : "decimal",
  };
}

function ceilDivide(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor - 1n) / divisor;
}

/** The canonical text: no fraction, the largest suffix that keeps it whole. */
export function formatQuantity({ nano, format }: Quantity): string {
  if (nano === 0n) return "0";
  // Binary suffixes cannot write fractions: Kubernetes falls back to decimal ones.
  if (format === "binary" && nano % nanoPerUnit === 0n) return formatBinary(nano / nanoPerUnit);
  return formatDecimal(nano, format === "exponent");
}

function formatBinary(value: bigint): string {
  if (value > -1024n && value < 1024n) return `${value}`;
  let power = 0;
  let rest = value;
  for (; rest % 1024n === 0n && power < binarySuffixes.length - 1; power += 1) rest /= 1024n;
  return `${rest}${binarySuffixes[power]}`;
}

function formatDecimal(nano: bigint, asExponent: boolean): string {
  let power = 0;
  let rest = nano;
  for (; rest % 1000n === 0n && power < decimalSuffixes.length - 1; power += 1) rest /= 1000n;
  const exponent = (power - 3) * 3;
  if (!asExponent) return `${rest}${decimalSuffixes[power]}`;
  return exponent === 0 ? `${rest}` : `${rest}e${exponent}`;
}

/** Negative, zero or positive, for sorting. Text that is no quantity counts as 0. */
export function compareQuantities(a: string, b: string): number {
  const difference = nanoOf(a) - nanoOf(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** The exact sum, written in the first summand's format. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: a.nano + b.nano, format: a.nano === 0n ? b.format : a.format };
}

/** In whole units rounded up (bytes, pods), 0 for text that is no quantity. */
export function quantityValue(text: string): number {
  return Number(roundUp(nanoOf(text), nanoPerUnit));
}

/** In thousandths rounded up (of a CPU), 0 for text that is no quantity. */
export function quantityMilliValue(text: string): number {
  return Number(roundUp(nanoOf(text), 1_000_000n));
}

function roundUp(nano: bigint, unit: bigint): bigint {
  return nano > 0n ? ceilDivide(nano, unit) : nano / unit;
}

function nanoOf(text: string): bigint {
  return parseQuantity(text)?.nano ?? 0n;
}

/** Text or a JSON number in, canonical text out. */
export const quantitySchema = annotate(
  z.union([z.string(), z.number()]).transform((input, context): string => {
    const parsed = parseQuantity(String(input));
    if (parsed !== undefined) return formatQuantity(parsed);
    context.issues.push({
      code: "custom",
      message: 'must be a quantity like "100m", "1.5" or "64Mi"',
      input,
      params: { malformed: true },
    });
    return z.NEVER;
  }),
  {
    definition: "io.k8s.apimachinery.pkg.api.resource.Quantity",
    description: 'An amount of a resource: a decimal number with an optional suffix ("100m", "1.5", "64Mi").',
    openapi: { type: "string" },
  },
);
