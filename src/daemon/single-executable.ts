/**
 * What runs first in the single executable: the program is carried beside this, with the code that V8 made of it, so
 * that a board need not compile five megabytes at every start, and a dialler need not load them at all.
 */
import type { Buffer } from "node:buffer";
import { dirname } from "node:path";
import { Script } from "node:vm";
import { assert } from "../lib/assert.ts";
import { carriedFile } from "../platform/host/carried-files.ts";
import { diallerProgram, diallerWord } from "../platform/host/dialler-program.ts";

if (process.argv[2] === diallerWord) start(`(function (require) {${diallerProgram}})`);
else start(programText(), carriedFile("bramble.cache"));

function start(text: string, cachedData?: Buffer): void {
  const script = new Script(text, {
    filename: "bramble.cjs",
    // V8 itself refuses what was made with other flags or another version, and compiles instead.
    ...(cachedData !== undefined && { cachedData }),
  });
  const run: unknown = script.runInThisContext();
  assert(typeof run === "function", "the program is one function");
  Reflect.apply(run, undefined, [requireBuiltin, {}, { exports: {} }, process.execPath, dirname(process.execPath)]);
}

/** One byte a character: the bundler writes everything else as escapes. */
function programText(): string {
  const bytes = carriedFile("bramble.cjs");
  assert(bytes !== undefined, "the executable carries its program");
  return bytes.toString("latin1");
}

function requireBuiltin(name: string): unknown {
  const found = process.getBuiltinModule(name);
  if (found === undefined) throw new Error(`${name} is not part of this executable`);
  return found;
}
