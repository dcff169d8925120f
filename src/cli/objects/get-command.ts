/** `bramble get`: objects as tables or as they are, once or as they change. */
import { ApiError } from "../../api/api-error.ts";
import { successBody } from "../../client/reply.ts";
import { type ObjectSession, shownName, tableAccept } from "./object-session.ts";
import { type OutputForm, printObjects } from "./output-form.ts";
import { plainList, plainObject } from "./plain-object.ts";
import { parseTable, type ShownTable, type TableView, tableText } from "./table-text.ts";
import { parseTargets, type Target } from "./targets.ts";

export interface GetFlags {
  readonly output?: OutputForm;
  readonly selector?: string;
  readonly fieldSelector?: string;
  readonly showLabels: boolean;
  readonly headers: boolean;
  readonly watch: boolean;
  readonly ignoreNotFound: boolean;
}

const pageSize = 500;

export async function getObjects(session: ObjectSession, words: readonly string[], flags: GetFlags): Promise<void> {
  const targets = parseTargets(session.kinds, words).filter(({ kind }) => kind.verbs.includes("list"));
  const { output } = flags;
  if (output === "json" || output === "yaml") {
    const objects = (await Promise.all(targets.map((target) => objectsOf(session, target, flags)))).flat();
    const single = targets.length === 1 && targets[0]?.name !== undefined;
    if (objects.length > 0 || !single) session.io.out(printObjects(objects, output, single));
    return;
  }
  const tables = await Promise.all(
    targets.map(async (target) => ({ target, table: await tableOf(session, target, flags) })),
  );
  const shown = tables.filter(({ table }) => table.rows.length > 0);
  if (shown.length === 0 && !flags.watch) {
    const place = session.namespace === undefined ? "" : ` in ${session.namespace} namespace`;
    if (!flags.ignoreNotFound) session.io.err(`No resources found${place}.\n`);
    return;
  }
  for (const [place, { target, table }] of shown.entries()) {
    if (place > 0 && output !== "name") session.io.out("\n");
    session.io.out(rowsText(session, target, table, flags, tables.length > 1));
  }
  const [only] = tables;
  if (flags.watch && only !== undefined) await follow(session, only.target, only.table, flags);
}

async function objectsOf(session: ObjectSession, target: Target, flags: GetFlags) {
  const path = session.pathOf(target);
  if (target.name !== undefined) {
    const reply = await session.reply({ method: "GET", path });
    if (reply.status === 404 && flags.ignoreNotFound) return [];
    return [plainObject(await session.ask({ method: "GET", path }))];
  }
  const objects = [];
  let next: string | undefined = "";
  while (next !== undefined) {
    const list = plainList(await session.ask({ method: "GET", path, query: { ...selection(flags), ...page(next) } }));
    objects.push(...list.items);
    next = list.metadata.continue || undefined;
  }
  return objects;
}

async function tableOf(session: ObjectSession, target: Target, flags: GetFlags): Promise<ShownTable> {
  const path = session.pathOf(target);
  let whole: ShownTable | undefined;
  let next: string | undefined = "";
  while (next !== undefined) {
    const query = target.name === undefined ? { ...selection(flags), ...page(next) } : {};
    const reply = await session.reply({ method: "GET", path, query, accept: tableAccept });
    if (reply.status === 404 && flags.ignoreNotFound && target.name !== undefined) return parseTable({ rows: [] });
    const table = parseTable(successBody(reply));
    whole = whole === undefined ? table : { ...table, rows: [...whole.rows, ...table.rows] };
    next = table.metadata?.continue || undefined;
  }
  return whole ?? parseTable({ rows: [] });
}

/** Prints each change as a row, until the process is told to stop. */
async function follow(session: ObjectSession, target: Target, table: ShownTable, flags: GetFlags): Promise<void> {
  const collection = session.pathOf({ kind: target.kind, name: undefined });
  const fieldSelector = target.name === undefined ? flags.fieldSelector : `metadata.name=${target.name}`;
  const resourceVersion = table.metadata?.resourceVersion ?? table.rows[0]?.object?.metadata.resourceVersion ?? "0";
  const query = {
    ...selection({ ...flags, ...(fieldSelector !== undefined && { fieldSelector }) }),
    watch: "true",
    resourceVersion,
  };
  const request = { method: "GET", path: collection, query, accept: tableAccept } as const;
  for await (const { type, object } of session.api.watch(request, session.io.signal)) {
    if (type === "BOOKMARK") continue;
    if (type === "ERROR") throw ApiError.fromReply(500, object);
    const row = parseTable(object);
    session.io.out(
      rowsText(
        session,
        target,
        { ...row, columnDefinitions: table.columnDefinitions },
        { ...flags, headers: false },
        false,
      ),
    );
  }
}

function rowsText(
  session: ObjectSession,
  { kind }: Target,
  table: ShownTable,
  flags: GetFlags,
  several: boolean,
): string {
  if (flags.output === "name") {
    return table.rows.map(({ object }) => `${shownName(kind, object?.metadata.name ?? "")}\n`).join("");
  }
  const view: TableView = {
    wide: flags.output === "wide",
    showNamespace: session.namespace === undefined && kind.namespaced,
    showLabels: flags.showLabels,
    headers: flags.headers,
    namePrefix: several ? shownName(kind, "") : "",
  };
  return tableText(table, view);
}

function selection({ selector, fieldSelector }: Pick<GetFlags, "selector" | "fieldSelector">): Record<string, string> {
  return {
    ...(selector !== undefined && { labelSelector: selector }),
    ...(fieldSelector !== undefined && { fieldSelector }),
  };
}

function page(token: string): Record<string, string> {
  return { limit: String(pageSize), ...(token !== "" && { continue: token }) };
}
