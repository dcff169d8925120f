/** How much of each resource is used, and how tables show it. */
import { ownValue } from "../../../lib/own-value.ts";
import type { Column } from "../../define-resource.ts";
import type { ApiObject } from "../../meta/object-meta.ts";
import { addQuantities, formatQuantity, parseQuantity, quantitySchema } from "../../meta/quantity.ts";
import { mapOf } from "../../meta/schema.ts";
import { nameColumn } from "../../printing.ts";

export const usageSchema = mapOf(quantitySchema);
type Usage = Readonly<Record<string, string>>;

interface Measured extends ApiObject {
  readonly window?: string | undefined;
}

/** `partsOf` gives what is added up. */
export function usageColumns<T extends Measured>(partsOf: (object: T) => readonly Usage[]): readonly Column<T>[] {
  return [
    nameColumn,
    { name: "cpu", description: "Processors in use.", cell: (object) => sumOf(partsOf(object), "cpu") },
    { name: "memory", description: "Memory in use.", cell: (object) => sumOf(partsOf(object), "memory") },
    { name: "Window", description: "Over how long it was measured.", cell: ({ window }) => window ?? "" },
  ];
}

function sumOf(parts: readonly Usage[], name: string): string {
  const amounts = parts.map((usage) => parseQuantity(ownValue(usage, name) ?? "0"));
  const [first, ...rest] = amounts.flatMap((amount) => (amount === undefined ? [] : [amount]));
  return first === undefined ? "0" : formatQuantity(rest.reduce(addQuantities, first));
}
