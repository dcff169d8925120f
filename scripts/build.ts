/** Bundles the program into `dist/bramble.mjs`: one file loads faster and keeps less in memory than a tree of modules. */
import { chmodSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..");
const outfile = join(root, "dist/bramble.mjs");

await build({
  entryPoints: [join(root, "src/daemon/main.ts")],
  outfile,
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  minifyWhitespace: true,
  minifySyntax: true,
  // LevelDB's native part is found beside its own package; ssh2 is a transport of dockerode's that is never used.
  external: ["classic-level", "ssh2", "cpu-features"],
  banner: {
    js: `#!/usr/bin/env node
import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);`,
  },
  logLevel: "warning",
});
chmodSync(outfile, 0o755);
console.log(`dist/bramble.mjs ${(statSync(outfile).size / 1e6).toFixed(1)} MB`);
