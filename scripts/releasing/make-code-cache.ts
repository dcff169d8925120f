/** Compiles a program with the Node that runs this, and keeps the code: `make-code-cache.ts PROGRAM CACHE NAME`. */
import { readFileSync, writeFileSync } from "node:fs";
import { Script } from "node:vm";

const [program = "", cache = "", filename = ""] = process.argv.slice(2);
writeFileSync(cache, new Script(readFileSync(program, "latin1"), { filename }).createCachedData());
