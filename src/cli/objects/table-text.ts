/** Tables of the API as text. */
import { z } from "zod";
import { textTable } from "../output.ts";

const tableSchema = z.object({
  metadata: z.looseObject({ resourceVersion: z.string().optional(), continue: z.string().optional() }).optional(),
  columnDefinitions: z.array(z.object({ name: z.string(), priority: z.number().default(0) })).default([]),
  rows: z
    .array(
      z.object({
        cells: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])),
        object: z
          .looseObject({
            metadata: z.looseObject({
              name: z.string().optional(),
              namespace: z.string().optional(),
              resourceVersion: z.string().optional(),
              labels: z.record(z.string(), z.string()).optional(),
            }),
          })
          .optional(),
      }),
    )
    .nullable()
    .transform((rows) => rows ?? []),
});
export type ShownTable = z.infer<typeof tableSchema>;

export function parseTable(body: unknown): ShownTable {
  return tableSchema.parse(body);
}

export interface TableView {
  /** All columns, not only those of first rank. */
  readonly wide: boolean;
  /** With each row's namespace in front. */
  readonly showNamespace: boolean;
  readonly showLabels: boolean;
  readonly headers: boolean;
  /** Put before each name, as in `pod/`. */
  readonly namePrefix: string;
}

export function tableText({ columnDefinitions, rows }: ShownTable, view: TableView): string {
  const shown = columnDefinitions.flatMap(({ priority }, place) => (view.wide || priority === 0 ? place : []));
  const header = [
    ...(view.showNamespace ? ["NAMESPACE"] : []),
    ...shown.map((place) => columnDefinitions[place]?.name.toUpperCase() ?? ""),
    ...(view.showLabels ? ["LABELS"] : []),
  ];
  const lines = rows.map(({ cells, object }) => [
    ...(view.showNamespace ? [object?.metadata.namespace ?? ""] : []),
    ...shown.map((place) => `${place === 0 ? view.namePrefix : ""}${String(cells[place] ?? "<none>")}`),
    ...(view.showLabels ? [labelsText(object?.metadata.labels)] : []),
  ]);
  if (!view.headers && lines.length === 0) return "";
  return textTable(view.headers ? [header, ...lines] : lines);
}

function labelsText(labels: Readonly<Record<string, string>> = {}): string {
  const pairs = Object.entries(labels).map(([key, value]) => (value === "" ? key : `${key}=${value}`));
  return pairs.length === 0 ? "<none>" : pairs.join(",");
}
