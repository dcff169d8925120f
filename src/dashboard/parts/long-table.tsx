/** A table of which only the rows in sight are in the page; on a phone its rows are cards. */

import type { ComponentChild } from "preact";
import { ColumnHeads } from "./column-heads.tsx";
import { useIsNarrow, WindowRows } from "./window-rows.tsx";

/** In pixels. */
const rowHeight = 48;

export interface LongTableProps<T> {
  /** What the style sheet calls it. */
  readonly name: string;
  readonly label?: string;
  readonly columns: readonly string[];
  readonly items: readonly T[];
  /** In pixels, of a row that is a card. */
  readonly cardHeight: number;
  readonly row: (item: T, index: number) => ComponentChild;
}

export function LongTable<T>({ name, label, columns, items, cardHeight, row }: LongTableProps<T>) {
  const isNarrow = useIsNarrow();
  return (
    <table class={`rows ${name}`} aria-label={label} aria-rowcount={items.length + 1}>
      <ColumnHeads columns={columns} />
      <WindowRows items={items} rowHeight={isNarrow ? cardHeight : rowHeight} columns={columns.length} row={row} />
    </table>
  );
}
