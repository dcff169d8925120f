/** Makes one file of a program: it loads faster and keeps less in memory than a tree of modules. */
import { build } from "esbuild";

export async function bundle(entryPoint: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    minifyWhitespace: true,
    minifySyntax: true,
    // Where the program fails, Node shows the line: it must not be megabytes long.
    lineLimit: 160,
    // LevelDB's native part is found beside its own package; ssh2 is a transport of dockerode's that is never used.
    external: ["classic-level", "ssh2", "cpu-features"],
    banner: {
      js: `#!/usr/bin/env node
import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);`,
    },
    logLevel: "warning",
  });
}
