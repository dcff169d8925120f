/** Bundles the program into `dist/bramble.mjs`, and beside it the dashboard that it serves. */
import { chmodSync, renameSync, statSync } from "node:fs";
import { join } from "node:path";
import { bundle } from "./bundle.ts";
import { bundleDashboard } from "./bundle-dashboard.ts";

const root = join(import.meta.dirname, "..");
const outfile = join(root, "dist/bramble.mjs");

const { firstLoad, all } = await bundleDashboard(join(root, "src/dashboard"), join(root, "dist/dashboard"));
console.log(
  `dist/dashboard ${kilobytes(firstLoad)} to begin with, ${kilobytes(all)} with charts and terminal (Brotli)`,
);

await bundle(join(root, "src/daemon/main.ts"), `${outfile}.new`);
chmodSync(`${outfile}.new`, 0o755);
// In one step: a board may be starting from the old one.
renameSync(`${outfile}.new`, outfile);
console.log(`dist/bramble.mjs ${(statSync(outfile).size / 1e6).toFixed(1)} MB`);

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}
