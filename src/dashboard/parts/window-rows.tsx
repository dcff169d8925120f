/** Long lists: only the rows in sight are in the page, between two spacers as high as the rest. */
import type { ComponentChild } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";

export interface WindowRowsProps<T> {
  readonly items: readonly T[];
  /** In pixels, the same for each. */
  readonly rowHeight: number;
  readonly columns: number;
  readonly row: (item: T, index: number) => ComponentChild;
}

/** Shorter lists are drawn whole, so that the browser's own search finds everything in them. */
const wholeMax = 80;
const overscan = 6;
const step = 6;

export function WindowRows<T>({ items, rowHeight, columns, row }: WindowRowsProps<T>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const isWhole = items.length <= wholeMax;
  const [first, setFirst] = useState(0);
  const [count, setCount] = useState(() => rowsInSight(rowHeight));

  useEffect(() => {
    if (isWhole) return undefined;
    const look = () => {
      const top = body.current?.getBoundingClientRect().top ?? 0;
      const start = Math.floor(-top / rowHeight) - overscan;
      // In steps, so that not every pixel of scrolling draws anew.
      setFirst(Math.max(0, Math.min(start - (start % step), items.length - 1)));
      setCount(rowsInSight(rowHeight));
    };
    look();
    window.addEventListener("scroll", look, { passive: true });
    window.addEventListener("resize", look);
    return () => {
      window.removeEventListener("scroll", look);
      window.removeEventListener("resize", look);
    };
  }, [isWhole, rowHeight, items.length]);

  if (isWhole) return <tbody>{items.map(row)}</tbody>;
  const last = Math.min(first + count, items.length);
  return (
    <tbody ref={body}>
      <Spacer height={first * rowHeight} columns={columns} />
      {items.slice(first, last).map((item, index) => row(item, first + index))}
      <Spacer height={(items.length - last) * rowHeight} columns={columns} />
    </tbody>
  );
}

/** With some to spare on either side. */
function rowsInSight(rowHeight: number): number {
  return Math.ceil(window.innerHeight / rowHeight) + 2 * overscan + step;
}

function Spacer({ height, columns }: { readonly height: number; readonly columns: number }) {
  return (
    <tr class="spacer">
      <td colSpan={columns} style={{ height: `${height}px` }} />
    </tr>
  );
}

/** Whether the page is as narrow as a phone, where rows become cards. */
export function useIsNarrow(): boolean {
  const query = "(max-width: 46rem)";
  const [isNarrow, setNarrow] = useState(() => matchMedia(query).matches);
  useEffect(() => {
    const list = matchMedia(query);
    const look = () => setNarrow(list.matches);
    list.addEventListener("change", look);
    return () => list.removeEventListener("change", look);
  }, []);
  return isNarrow;
}
