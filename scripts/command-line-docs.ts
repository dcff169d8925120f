/** Writes `docs/command-line.md`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandLineDocument } from "./command-line-document.ts";

writeFileSync(join(import.meta.dirname, "../docs/command-line.md"), commandLineDocument());
