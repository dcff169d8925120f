/** Reads manifests: files, directories, and standard input; YAML with several documents, JSON, and lists of objects. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join } from "node:path";
import { parseAllDocuments } from "yaml";
import { messageOf, UsageError } from "../../lib/errors.ts";
import { manifestObject, type PlainObject } from "./plain-object.ts";

const extensions = [".yaml", ".yml", ".json"];
const standardInput = 0;
/** More names for one value than any honest manifest has. */
const aliasesMax = 100;

/** Every object in the order given. Throws `UsageError` that names the file. */
export function readManifests(paths: readonly string[], recursive = false): PlainObject[] {
  if (paths.length === 0) throw new UsageError("give a manifest with -f FILE, or -f - for standard input");
  const objects = paths.flatMap((path) => filesOf(path, recursive).flatMap(objectsIn));
  if (objects.length === 0) throw new UsageError(`there is no object in ${paths.join(", ")}`);
  return objects;
}

function filesOf(path: string, recursive: boolean): string[] {
  if (path === "-") return [path];
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path, { recursive, encoding: "utf8" })
      .filter((name) => extensions.includes(extname(name)))
      .sort()
      .map((name) => join(path, name));
  } catch (cause) {
    throw new UsageError(`${path} cannot be read (${messageOf(cause)})`, { cause });
  }
}

function objectsIn(path: string): PlainObject[] {
  const shown = path === "-" ? "standard input" : path;
  let text: string;
  try {
    text = readFileSync(path === "-" ? standardInput : path, "utf8");
  } catch (cause) {
    throw new UsageError(`${shown} cannot be read (${messageOf(cause)})`, { cause });
  }
  return parseAllDocuments(text, { maxAliasCount: aliasesMax } as object).flatMap((document, index) => {
    const where = `${shown}, document ${index + 1}`;
    const [error] = document.errors;
    if (error !== undefined) throw new UsageError(`${where}: ${error.message.split("\n")[0]}`);
    const value: unknown = document.toJS({ maxAliasCount: aliasesMax });
    if (value === null || value === undefined) return [];
    const object = manifestObject(isList(value) ? { ...value, metadata: {} } : value, where);
    return isList(object)
      ? object.items.map((item, place) => manifestObject(item, `${where}, item ${place + 1}`))
      : object;
  });
}

function isList<T>(value: T): value is T & { readonly items: readonly unknown[] } {
  return (
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    typeof value.kind === "string" &&
    value.kind.endsWith("List") &&
    "items" in value &&
    Array.isArray(value.items)
  );
}
