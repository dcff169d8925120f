/** The two forms in which commands answer: for people, and for programs. */
import { UsageError } from "../lib/errors.ts";

const outputFormats = ["text", "json"] as const;
export type OutputFormat = (typeof outputFormats)[number];

export function outputValue(text: string): OutputFormat {
  const format = outputFormats.find((known) => known === text);
  if (format !== undefined) return format;
  throw new UsageError(`--output ${JSON.stringify(text)} is unknown: use one of ${outputFormats.join(", ")}`);
}

/** Columns as wide as their widest cell. */
export function textTable(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("   ");
  return rows.map((row) => `${line(row).trimEnd()}\n`).join("");
}
