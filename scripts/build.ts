/** Bundles the program into `dist/bramble.mjs`. */
import { chmodSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.ts";

const root = join(import.meta.dirname, "..");
const outfile = join(root, "dist/bramble.mjs");

await bundle(join(root, "src/daemon/main.ts"), `${outfile}.new`);
chmodSync(`${outfile}.new`, 0o755);
// In one step: a board may be starting from the old one.
renameSync(`${outfile}.new`, outfile);
console.log(`dist/bramble.mjs ${(statSync(outfile).size / 1e6).toFixed(1)} MB`);
